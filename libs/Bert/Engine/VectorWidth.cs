using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Moodstream.Bert.Engine;

/// <summary>Which kernels run.</summary>
internal static class VectorWidth
{
    /// <summary>Environment variable that overrides the choice: 128, 256 or 512.</summary>
    public const string Variable = "MOODSTREAM_VECTOR";

    private static readonly int[] Widths = [512, 256, 128];

    /// <summary>The widths this processor can run, widest first.</summary>
    public static IEnumerable<int> Supported => Widths.Where(IsSupported);

    /// <summary>The width asked for, or the widest.</summary>
    /// <param name="wanted">Value of <see cref="Variable"/>; null or empty for the widest.</param>
    /// <exception cref="InvalidOperationException">There is no such width, or this processor does not have it.</exception>
    public static int Choose(string? wanted)
    {
        if (string.IsNullOrEmpty(wanted))
        {
            return Supported.First();
        }

        foreach (var width in Supported)
        {
            if (wanted == $"{width}")
            {
                return width;
            }
        }

        throw new InvalidOperationException(
            $"{Variable}: expected a vector width of this processor ({string.Join(", ", Supported)}), got '{wanted}'");
    }

    /// <summary>128 works everywhere; the wider need fused multiply-add in hardware to be worth it.</summary>
    private static bool IsSupported(int width) => width switch
    {
        512 => Vector512.IsHardwareAccelerated,
        256 => Vector256.IsHardwareAccelerated && Fma.IsSupported,
        _ => true,
    };
}
