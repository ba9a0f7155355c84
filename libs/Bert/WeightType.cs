namespace Moodstream.Bert;

/// <summary>
/// How a checkpoint stores the numbers of a tensor, little-endian; the names are those of safetensors.
/// </summary>
public enum WeightType
{
    /// <summary>IEEE 754 binary32, four bytes.</summary>
    F32,

    /// <summary>IEEE 754 binary16, two bytes.</summary>
    F16,

    /// <summary>The upper half of a binary32, two bytes.</summary>
    BF16,
}
