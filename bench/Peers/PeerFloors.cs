using System.Runtime.Intrinsics.X86;

namespace Moodstream.Bench.Peers;

/// <summary>
/// Least times as fast as ONNX Runtime we must be, fp32 against fp32. Lower where the processor has AVX-512, which its
/// kernels make more of.
/// </summary>
/// <param name="Machine">Which machines.</param>
/// <param name="PaddedTo150">Against rows of 150 ids.</param>
/// <param name="PaddedToLongest">Against rows as long as the longest of 32.</param>
/// <param name="Sorted">Against posts sorted by length first.</param>
internal sealed record PeerFloors(string Machine, double PaddedTo150, double PaddedToLongest, double Sorted)
{
    /// <summary>Those of the machine this runs on.</summary>
    public static PeerFloors OfThisMachine => Avx512F.IsSupported
        ? new PeerFloors("AVX-512", 4, 1.3, 0.7)
        : new PeerFloors("AVX2", 5.5, 1.8, 0.95);
}
