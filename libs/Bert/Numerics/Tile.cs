using System.Runtime.CompilerServices;
using Moodstream.Bert.Weights;

namespace Moodstream.Bert.Numerics;

/// <summary>
/// The register tile under every matrix product: y[r, t] += sum over k of w[k, r] x[k, t] for 12 rows r and one or two
/// vectors of tokens t. Each element is one chain of fused multiply-adds in the order of k, whatever the tile.
/// </summary>
/// <remarks>
/// Two vectors make 24 chains of 12 broadcasts and 2 loads per k, which leaves the load ports idle a third of the time;
/// one vector makes 12 chains, still more than latency x throughput of any processor known (4 x 2). Straight-line on
/// purpose: accumulators live in registers only as locals.
/// </remarks>
internal static unsafe class Tile<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = PackedMatrix.StripRows;

    /// <summary>Sets each row of a tile to one number, as the start of its chains.</summary>
    /// <param name="starts">[12]</param>
    /// <param name="y">[12, vectors], rows <paramref name="yStep"/> floats apart; overwritten.</param>
    /// <param name="yStep">Floats from one row to the next.</param>
    /// <param name="vectors">1 or 2.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fill(float* starts, float* y, nint yStep, int vectors)
    {
        for (nint r = 0; r < Rows; r++)
        {
            var start = TSimd.Broadcast(starts[r]);
            TSimd.Store(y + (r * yStep), start);
            if (vectors == 2)
            {
                TSimd.Store(y + (r * yStep) + TSimd.Lanes, start);
            }
        }
    }

    /// <summary>Adds the products to 12 rows of one or two vectors.</summary>
    /// <param name="vectors">1 or 2.</param>
    /// <param name="w">[depth, 12], rows <paramref name="wStep"/> floats apart.</param>
    /// <param name="wStep">Floats from one k to the next in <paramref name="w"/>.</param>
    /// <param name="x">[depth, vectors], rows <paramref name="xStep"/> floats apart.</param>
    /// <param name="xStep">Floats from one k to the next in <paramref name="x"/>.</param>
    /// <param name="depth">Terms of each sum.</param>
    /// <param name="y">[12, vectors], rows <paramref name="yStep"/> floats apart; added to.</param>
    /// <param name="yStep">Floats from one row to the next in <paramref name="y"/>.</param>
    /// <param name="ahead">Memory the caller will need next, fetched meanwhile.</param>
    /// <param name="aheadStep">Floats of it to fetch for each k.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(
        int vectors, float* w, nint wStep, float* x, nint xStep, nint depth, float* y, nint yStep,
        float* ahead, nint aheadStep)
    {
        if (vectors == 1)
        {
            Narrow12(w, wStep, x, xStep, depth, y, yStep, ahead, aheadStep);
        }
        else if (TSimd.HasManyRegisters)
        {
            Wide12(w, wStep, x, xStep, depth, y, yStep, ahead, aheadStep);
        }
        else
        {
            Wide6(w, wStep, x, xStep, depth, y, yStep, ahead, aheadStep);
            Wide6(w + 6, wStep, x, xStep, depth, y + (6 * yStep), yStep, ahead, aheadStep);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow12(
        float* w, nint wStep, float* x, nint xStep, nint depth, float* y, nint yStep, float* ahead, nint aheadStep)
    {
        TVector a0 = TSimd.Load(y);
        TVector a1 = TSimd.Load(y + yStep);
        TVector a2 = TSimd.Load(y + (2 * yStep));
        TVector a3 = TSimd.Load(y + (3 * yStep));
        TVector a4 = TSimd.Load(y + (4 * yStep));
        TVector a5 = TSimd.Load(y + (5 * yStep));
        TVector a6 = TSimd.Load(y + (6 * yStep));
        TVector a7 = TSimd.Load(y + (7 * yStep));
        TVector a8 = TSimd.Load(y + (8 * yStep));
        TVector a9 = TSimd.Load(y + (9 * yStep));
        TVector a10 = TSimd.Load(y + (10 * yStep));
        TVector a11 = TSimd.Load(y + (11 * yStep));
        for (; depth > 0; depth--)
        {
            var x0 = TSimd.Load(x);
            var w0 = TSimd.Broadcast(w[0]);
            a0 = TSimd.MultiplyAdd(w0, x0, a0);
            w0 = TSimd.Broadcast(w[1]);
            a1 = TSimd.MultiplyAdd(w0, x0, a1);
            w0 = TSimd.Broadcast(w[2]);
            a2 = TSimd.MultiplyAdd(w0, x0, a2);
            w0 = TSimd.Broadcast(w[3]);
            a3 = TSimd.MultiplyAdd(w0, x0, a3);
            w0 = TSimd.Broadcast(w[4]);
            a4 = TSimd.MultiplyAdd(w0, x0, a4);
            w0 = TSimd.Broadcast(w[5]);
            a5 = TSimd.MultiplyAdd(w0, x0, a5);
            w0 = TSimd.Broadcast(w[6]);
            a6 = TSimd.MultiplyAdd(w0, x0, a6);
            w0 = TSimd.Broadcast(w[7]);
            a7 = TSimd.MultiplyAdd(w0, x0, a7);
            w0 = TSimd.Broadcast(w[8]);
            a8 = TSimd.MultiplyAdd(w0, x0, a8);
            w0 = TSimd.Broadcast(w[9]);
            a9 = TSimd.MultiplyAdd(w0, x0, a9);
            w0 = TSimd.Broadcast(w[10]);
            a10 = TSimd.MultiplyAdd(w0, x0, a10);
            w0 = TSimd.Broadcast(w[11]);
            a11 = TSimd.MultiplyAdd(w0, x0, a11);
            x += xStep;
            w += wStep;
            TSimd.Prefetch(ahead);
            ahead += aheadStep;
        }

        TSimd.Store(y, a0);
        TSimd.Store(y + yStep, a1);
        TSimd.Store(y + (2 * yStep), a2);
        TSimd.Store(y + (3 * yStep), a3);
        TSimd.Store(y + (4 * yStep), a4);
        TSimd.Store(y + (5 * yStep), a5);
        TSimd.Store(y + (6 * yStep), a6);
        TSimd.Store(y + (7 * yStep), a7);
        TSimd.Store(y + (8 * yStep), a8);
        TSimd.Store(y + (9 * yStep), a9);
        TSimd.Store(y + (10 * yStep), a10);
        TSimd.Store(y + (11 * yStep), a11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide6(
        float* w, nint wStep, float* x, nint xStep, nint depth, float* y, nint yStep, float* ahead, nint aheadStep)
    {
        nint v = TSimd.Lanes;
        TVector a0 = TSimd.Load(y);
        TVector b0 = TSimd.Load(y + v);
        TVector a1 = TSimd.Load(y + yStep);
        TVector b1 = TSimd.Load(y + yStep + v);
        TVector a2 = TSimd.Load(y + (2 * yStep));
        TVector b2 = TSimd.Load(y + (2 * yStep) + v);
        TVector a3 = TSimd.Load(y + (3 * yStep));
        TVector b3 = TSimd.Load(y + (3 * yStep) + v);
        TVector a4 = TSimd.Load(y + (4 * yStep));
        TVector b4 = TSimd.Load(y + (4 * yStep) + v);
        TVector a5 = TSimd.Load(y + (5 * yStep));
        TVector b5 = TSimd.Load(y + (5 * yStep) + v);
        for (; depth > 0; depth--)
        {
            var x0 = TSimd.Load(x);
            var x1 = TSimd.Load(x + v);
            var w0 = TSimd.Broadcast(w[0]);
            a0 = TSimd.MultiplyAdd(w0, x0, a0);
            b0 = TSimd.MultiplyAdd(w0, x1, b0);
            w0 = TSimd.Broadcast(w[1]);
            a1 = TSimd.MultiplyAdd(w0, x0, a1);
            b1 = TSimd.MultiplyAdd(w0, x1, b1);
            w0 = TSimd.Broadcast(w[2]);
            a2 = TSimd.MultiplyAdd(w0, x0, a2);
            b2 = TSimd.MultiplyAdd(w0, x1, b2);
            w0 = TSimd.Broadcast(w[3]);
            a3 = TSimd.MultiplyAdd(w0, x0, a3);
            b3 = TSimd.MultiplyAdd(w0, x1, b3);
            w0 = TSimd.Broadcast(w[4]);
            a4 = TSimd.MultiplyAdd(w0, x0, a4);
            b4 = TSimd.MultiplyAdd(w0, x1, b4);
            w0 = TSimd.Broadcast(w[5]);
            a5 = TSimd.MultiplyAdd(w0, x0, a5);
            b5 = TSimd.MultiplyAdd(w0, x1, b5);
            x += xStep;
            w += wStep;
            TSimd.Prefetch(ahead);
            ahead += aheadStep;
        }

        TSimd.Store(y, a0);
        TSimd.Store(y + v, b0);
        TSimd.Store(y + yStep, a1);
        TSimd.Store(y + yStep + v, b1);
        TSimd.Store(y + (2 * yStep), a2);
        TSimd.Store(y + (2 * yStep) + v, b2);
        TSimd.Store(y + (3 * yStep), a3);
        TSimd.Store(y + (3 * yStep) + v, b3);
        TSimd.Store(y + (4 * yStep), a4);
        TSimd.Store(y + (4 * yStep) + v, b4);
        TSimd.Store(y + (5 * yStep), a5);
        TSimd.Store(y + (5 * yStep) + v, b5);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide12(
        float* w, nint wStep, float* x, nint xStep, nint depth, float* y, nint yStep, float* ahead, nint aheadStep)
    {
        nint v = TSimd.Lanes;
        TVector a0 = TSimd.Load(y);
        TVector b0 = TSimd.Load(y + v);
        TVector a1 = TSimd.Load(y + yStep);
        TVector b1 = TSimd.Load(y + yStep + v);
        TVector a2 = TSimd.Load(y + (2 * yStep));
        TVector b2 = TSimd.Load(y + (2 * yStep) + v);
        TVector a3 = TSimd.Load(y + (3 * yStep));
        TVector b3 = TSimd.Load(y + (3 * yStep) + v);
        TVector a4 = TSimd.Load(y + (4 * yStep));
        TVector b4 = TSimd.Load(y + (4 * yStep) + v);
        TVector a5 = TSimd.Load(y + (5 * yStep));
        TVector b5 = TSimd.Load(y + (5 * yStep) + v);
        TVector a6 = TSimd.Load(y + (6 * yStep));
        TVector b6 = TSimd.Load(y + (6 * yStep) + v);
        TVector a7 = TSimd.Load(y + (7 * yStep));
        TVector b7 = TSimd.Load(y + (7 * yStep) + v);
        TVector a8 = TSimd.Load(y + (8 * yStep));
        TVector b8 = TSimd.Load(y + (8 * yStep) + v);
        TVector a9 = TSimd.Load(y + (9 * yStep));
        TVector b9 = TSimd.Load(y + (9 * yStep) + v);
        TVector a10 = TSimd.Load(y + (10 * yStep));
        TVector b10 = TSimd.Load(y + (10 * yStep) + v);
        TVector a11 = TSimd.Load(y + (11 * yStep));
        TVector b11 = TSimd.Load(y + (11 * yStep) + v);
        for (; depth > 0; depth--)
        {
            var x0 = TSimd.Load(x);
            var x1 = TSimd.Load(x + v);
            var w0 = TSimd.Broadcast(w[0]);
            a0 = TSimd.MultiplyAdd(w0, x0, a0);
            b0 = TSimd.MultiplyAdd(w0, x1, b0);
            w0 = TSimd.Broadcast(w[1]);
            a1 = TSimd.MultiplyAdd(w0, x0, a1);
            b1 = TSimd.MultiplyAdd(w0, x1, b1);
            w0 = TSimd.Broadcast(w[2]);
            a2 = TSimd.MultiplyAdd(w0, x0, a2);
            b2 = TSimd.MultiplyAdd(w0, x1, b2);
            w0 = TSimd.Broadcast(w[3]);
            a3 = TSimd.MultiplyAdd(w0, x0, a3);
            b3 = TSimd.MultiplyAdd(w0, x1, b3);
            w0 = TSimd.Broadcast(w[4]);
            a4 = TSimd.MultiplyAdd(w0, x0, a4);
            b4 = TSimd.MultiplyAdd(w0, x1, b4);
            w0 = TSimd.Broadcast(w[5]);
            a5 = TSimd.MultiplyAdd(w0, x0, a5);
            b5 = TSimd.MultiplyAdd(w0, x1, b5);
            w0 = TSimd.Broadcast(w[6]);
            a6 = TSimd.MultiplyAdd(w0, x0, a6);
            b6 = TSimd.MultiplyAdd(w0, x1, b6);
            w0 = TSimd.Broadcast(w[7]);
            a7 = TSimd.MultiplyAdd(w0, x0, a7);
            b7 = TSimd.MultiplyAdd(w0, x1, b7);
            w0 = TSimd.Broadcast(w[8]);
            a8 = TSimd.MultiplyAdd(w0, x0, a8);
            b8 = TSimd.MultiplyAdd(w0, x1, b8);
            w0 = TSimd.Broadcast(w[9]);
            a9 = TSimd.MultiplyAdd(w0, x0, a9);
            b9 = TSimd.MultiplyAdd(w0, x1, b9);
            w0 = TSimd.Broadcast(w[10]);
            a10 = TSimd.MultiplyAdd(w0, x0, a10);
            b10 = TSimd.MultiplyAdd(w0, x1, b10);
            w0 = TSimd.Broadcast(w[11]);
            a11 = TSimd.MultiplyAdd(w0, x0, a11);
            b11 = TSimd.MultiplyAdd(w0, x1, b11);
            x += xStep;
            w += wStep;
            TSimd.Prefetch(ahead);
            ahead += aheadStep;
        }

        TSimd.Store(y, a0);
        TSimd.Store(y + v, b0);
        TSimd.Store(y + yStep, a1);
        TSimd.Store(y + yStep + v, b1);
        TSimd.Store(y + (2 * yStep), a2);
        TSimd.Store(y + (2 * yStep) + v, b2);
        TSimd.Store(y + (3 * yStep), a3);
        TSimd.Store(y + (3 * yStep) + v, b3);
        TSimd.Store(y + (4 * yStep), a4);
        TSimd.Store(y + (4 * yStep) + v, b4);
        TSimd.Store(y + (5 * yStep), a5);
        TSimd.Store(y + (5 * yStep) + v, b5);
        TSimd.Store(y + (6 * yStep), a6);
        TSimd.Store(y + (6 * yStep) + v, b6);
        TSimd.Store(y + (7 * yStep), a7);
        TSimd.Store(y + (7 * yStep) + v, b7);
        TSimd.Store(y + (8 * yStep), a8);
        TSimd.Store(y + (8 * yStep) + v, b8);
        TSimd.Store(y + (9 * yStep), a9);
        TSimd.Store(y + (9 * yStep) + v, b9);
        TSimd.Store(y + (10 * yStep), a10);
        TSimd.Store(y + (10 * yStep) + v, b10);
        TSimd.Store(y + (11 * yStep), a11);
        TSimd.Store(y + (11 * yStep) + v, b11);
    }
}
