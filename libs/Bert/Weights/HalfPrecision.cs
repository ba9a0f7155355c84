namespace Moodstream.Bert.Weights;

/// <summary>
/// Sixteen-bit floats to single precision, exactly: IEEE 754 binary16 (5 exponent bits, 10 fraction bits) and bfloat16
/// (the upper half of a single). Every value of either is a single, so the tolerance is 0. The way back to binary16
/// rounds to nearest, ties to even.
/// </summary>
internal static class HalfPrecision
{
    private const uint Sign = 0x8000;
    private const uint Magnitude = 0x7FFF;
    private const uint HalfInfinity = 0x7C00;
    private const uint SingleInfinity = 0x7F80_0000;
    private const int FractionShift = 23 - 10;

    /// <summary>2^(127 - 15), the distance of the exponents' biases.</summary>
    private const float Rebias = 5.192296858534828e33f;

    /// <summary>Widens binary16.</summary>
    /// <param name="source">Bits of the values.</param>
    /// <param name="destination">As long as <paramref name="source"/>; overwritten.</param>
    public static void WidenF16(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = WidenF16(source[i]);
        }
    }

    /// <summary>Widens bfloat16.</summary>
    /// <param name="source">Bits of the values.</param>
    /// <param name="destination">As long as <paramref name="source"/>; overwritten.</param>
    public static void WidenBF16(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = WidenBF16(source[i]);
        }
    }

    /// <summary>Rounds single precision to binary16.</summary>
    /// <param name="source">The values.</param>
    /// <param name="destination">As long as <paramref name="source"/>; overwritten, infinite from 65520 on.</param>
    public static void NarrowF32(ReadOnlySpan<float> source, Span<Half> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = (Half)source[i];
        }
    }

    /// <summary>Rounds bfloat16 to binary16.</summary>
    /// <param name="source">Bits of the values.</param>
    /// <param name="destination">As long as <paramref name="source"/>; overwritten, infinite from 65520 on.</param>
    public static void NarrowBF16(ReadOnlySpan<ushort> source, Span<Half> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = (Half)WidenBF16(source[i]);
        }
    }

    private static float WidenBF16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    private static float WidenF16(uint bits)
    {
        // The fraction and exponent, read as a single, are 2^-112 of the value; subnormal halves become subnormal
        // singles first, so one exact multiplication serves both.
        var magnitude = (bits & Magnitude) << FractionShift;
        var value = (bits & Magnitude) < HalfInfinity
            ? BitConverter.SingleToUInt32Bits(BitConverter.UInt32BitsToSingle(magnitude) * Rebias)
            : magnitude | SingleInfinity;
        return BitConverter.UInt32BitsToSingle(value | ((bits & Sign) << 16));
    }
}
