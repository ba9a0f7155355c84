namespace Moodstream.Bert.Weights;

/// <summary>Element types of a safetensors file (its specification, section "Format").</summary>
internal static class TensorType
{
    public const string F32 = "F32";
    public const string F16 = "F16";
    public const string BF16 = "BF16";

    /// <summary>Bytes of an element; 0 for a type that does not exist or does not fill whole bytes.</summary>
    public static int Bytes(string type) => type switch
    {
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" or "F8_E8M0" => 1,
        F16 or BF16 or "U16" or "I16" => 2,
        F32 or "U32" or "I32" => 4,
        "F64" or "U64" or "I64" or "C64" => 8,
        _ => 0,
    };

    /// <summary>Whether the type can hold weights of a model.</summary>
    public static bool IsWeight(string type) => type is F32 or F16 or BF16;
}
