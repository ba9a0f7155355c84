using System.Runtime.CompilerServices;

namespace Moodstream.Bert.Numerics;

/// <summary>softmax(s)_k = exp(s_k - max s) / sum of exp(s_j - max s), down the rows, each lane for itself.</summary>
/// <remarks>
/// Vaswani et al. 2017, eq. 1. Rows under a mask of 0 weigh 0 and are left out of maximum and sum; if all are, every
/// row weighs the same, which is what adding the lowest number to each score gives (transformers, eager attention).
/// Tolerance: 1e-6 absolute against double precision.
/// </remarks>
internal static unsafe class Softmax<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Turns scores into weights that sum to 1 in every lane.</summary>
    /// <param name="scores">[rows, one vector], overwritten.</param>
    /// <param name="step">Floats from one row to the next.</param>
    /// <param name="rows">How many rows, 1 or more.</param>
    /// <param name="scale">What scores are multiplied by first; positive.</param>
    /// <param name="mask">[rows] 1 = attend, 0 = not; or null for all 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* scores, nint step, int rows, float scale, byte* mask)
    {
        var max = TSimd.Broadcast(float.NegativeInfinity);
        var attended = 0;
        for (var k = 0; k < rows; k++)
        {
            if (mask == null || mask[k] != 0)
            {
                max = TSimd.Max(max, TSimd.Load(scores + (k * step)));
                attended++;
            }
        }

        if (attended == 0)
        {
            Fill(scores, step, rows, TSimd.Broadcast(1f / rows));
            return;
        }

        var factor = TSimd.Broadcast(scale);
        var shift = TSimd.Multiply(max, TSimd.Broadcast(-scale));
        var sum = TSimd.Broadcast(0f);
        for (var k = 0; k < rows; k++)
        {
            var weight = TSimd.Broadcast(0f);
            if (mask == null || mask[k] != 0)
            {
                weight = Exponential<TSimd, TVector>.Of(TSimd.MultiplyAdd(TSimd.Load(scores + (k * step)), factor, shift));
                sum = TSimd.Add(sum, weight);
            }

            TSimd.Store(scores + (k * step), weight);
        }

        var inverse = TSimd.Divide(TSimd.Broadcast(1f), sum);
        for (var k = 0; k < rows; k++)
        {
            TSimd.Store(scores + (k * step), TSimd.Multiply(TSimd.Load(scores + (k * step)), inverse));
        }
    }

    private static void Fill(float* scores, nint step, int rows, TVector value)
    {
        for (var k = 0; k < rows; k++)
        {
            TSimd.Store(scores + (k * step), value);
        }
    }
}
