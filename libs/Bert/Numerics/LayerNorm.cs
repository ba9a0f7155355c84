using System.Runtime.CompilerServices;
using Moodstream.Bert.Weights;

namespace Moodstream.Bert.Numerics;

/// <summary>y = (x - mean) / sqrt(variance + epsilon) gain + shift, down the features, each lane for itself.</summary>
/// <remarks>
/// Ba et al. 2016, eq. 4, with the biased variance of the differences, as torch.nn.LayerNorm computes it. Tolerance:
/// 1e-5 relative to the row's largest output against double precision, plus gain x 2^-22 x |mean| / deviation, since
/// the mean itself is rounded.
/// </remarks>
internal static unsafe class LayerNorm<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Adds what the sub-layer computed and normalises.</summary>
    /// <param name="x">[H, one vector], overwritten by the result.</param>
    /// <param name="added">[H, one vector], added to <paramref name="x"/> first; or null.</param>
    /// <param name="step">Floats from one feature to the next, in both.</param>
    /// <param name="features">H, 1 or more.</param>
    /// <param name="norm">Gain and shift.</param>
    /// <param name="epsilon">Added to the variance.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* x, float* added, nint step, int features, NormWeights norm, float epsilon)
    {
        var count = TSimd.Broadcast(features);
        var sum = TSimd.Broadcast(0f);
        for (nint f = 0; f < features; f++)
        {
            var value = TSimd.Load(x + (f * step));
            if (added != null)
            {
                value = TSimd.Add(value, TSimd.Load(added + (f * step)));
                TSimd.Store(x + (f * step), value);
            }

            sum = TSimd.Add(sum, value);
        }

        var mean = TSimd.Divide(sum, count);
        var squares = TSimd.Broadcast(0f);
        for (nint f = 0; f < features; f++)
        {
            var difference = TSimd.Subtract(TSimd.Load(x + (f * step)), mean);
            squares = TSimd.MultiplyAdd(difference, difference, squares);
        }

        var deviation = TSimd.SquareRoot(TSimd.Add(TSimd.Divide(squares, count), TSimd.Broadcast(epsilon)));
        var inverse = TSimd.Divide(TSimd.Broadcast(1f), deviation);
        for (nint f = 0; f < features; f++)
        {
            var unit = TSimd.Multiply(TSimd.Subtract(TSimd.Load(x + (f * step)), mean), inverse);
            var result = TSimd.MultiplyAdd(unit, TSimd.Broadcast(norm.Gain[f]), TSimd.Broadcast(norm.Shift[f]));
            TSimd.Store(x + (f * step), result);
        }
    }
}
