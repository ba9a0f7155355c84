using System.Runtime.InteropServices;

namespace Moodstream.Bert.Weights;

/// <summary>Stored weights of any of the three types.</summary>
internal static class WeightBits
{
    private const uint ExponentF32 = 0x7F80_0000;
    private const ushort ExponentF16 = 0x7C00;
    private const ushort ExponentBF16 = 0x7F80;

    /// <summary>Widens elements to single precision.</summary>
    public static void Widen(string type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        switch (type)
        {
            case TensorType.F16:
                HalfPrecision.WidenF16(MemoryMarshal.Cast<byte, ushort>(source), destination);
                break;
            case TensorType.BF16:
                HalfPrecision.WidenBF16(MemoryMarshal.Cast<byte, ushort>(source), destination);
                break;
            default:
                MemoryMarshal.Cast<byte, float>(source).CopyTo(destination);
                break;
        }
    }

    /// <summary>Rounds elements to half precision, to nearest even; what is beyond its range becomes infinite.</summary>
    public static void Narrow(string type, ReadOnlySpan<byte> source, Span<Half> destination)
    {
        switch (type)
        {
            case TensorType.F16:
                MemoryMarshal.Cast<byte, Half>(source).CopyTo(destination);
                break;
            case TensorType.BF16:
                HalfPrecision.NarrowBF16(MemoryMarshal.Cast<byte, ushort>(source), destination);
                break;
            default:
                HalfPrecision.NarrowF32(MemoryMarshal.Cast<byte, float>(source), destination);
                break;
        }
    }

    /// <summary>The first element whose exponent is all ones, or -1.</summary>
    public static int IndexOfNonFinite(string type, ReadOnlySpan<byte> source) => type switch
    {
        TensorType.F16 => IndexOf(MemoryMarshal.Cast<byte, ushort>(source), ExponentF16),
        TensorType.BF16 => IndexOf(MemoryMarshal.Cast<byte, ushort>(source), ExponentBF16),
        _ => IndexOf(MemoryMarshal.Cast<byte, uint>(source), ExponentF32),
    };

    private static int IndexOf(ReadOnlySpan<ushort> elements, ushort exponent)
    {
        for (var i = 0; i < elements.Length; i++)
        {
            if ((elements[i] & exponent) == exponent)
            {
                return i;
            }
        }

        return -1;
    }

    private static int IndexOf(ReadOnlySpan<uint> elements, uint exponent)
    {
        for (var i = 0; i < elements.Length; i++)
        {
            if ((elements[i] & exponent) == exponent)
            {
                return i;
            }
        }

        return -1;
    }
}
