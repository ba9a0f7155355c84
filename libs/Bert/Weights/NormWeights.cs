namespace Moodstream.Bert.Weights;

/// <summary>Gain and shift of a layer normalisation.</summary>
/// <param name="gain">[H]</param>
/// <param name="shift">[H]</param>
internal readonly unsafe struct NormWeights(float* gain, float* shift)
{
    public float* Gain { get; } = gain;

    public float* Shift { get; } = shift;
}
