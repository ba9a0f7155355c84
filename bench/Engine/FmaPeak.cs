using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Moodstream.Bench.Rounds;

namespace Moodstream.Bench.Engine;

/// <summary>The most multiply-adds this processor does: twelve chains in registers, no memory.</summary>
/// <remarks>Latency 4 at two a cycle needs eight chains; twelve leave room for slower ones.</remarks>
internal static class FmaPeak
{
    private const int Chains = 12;

    /// <summary>The widest vector the processor runs, as the engine takes it.</summary>
    public static int Lanes =>
        Vector512.IsHardwareAccelerated ? Vector512<float>.Count
        : Vector256.IsHardwareAccelerated ? Vector256<float>.Count
        : Vector128<float>.Count;

    /// <summary>Does a number of operations on several threads.</summary>
    /// <param name="operations">Multiplications and additions, all threads together.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="posts">The posts these operations stand for.</param>
    /// <param name="clock">Times them.</param>
    public static Measurement Measure(double operations, int threads, int posts, TimeProvider clock)
    {
        var steps = (long)(operations / threads / (2 * Chains * Lanes));
        var sums = new float[threads];
        var workers = Enumerable.Range(1, threads - 1)
            .Select(i => new Thread(() => sums[i] = Multiply(steps)))
            .ToArray();
        var start = clock.GetTimestamp();
        Array.ForEach(workers, w => w.Start());
        sums[0] = Multiply(steps);
        Array.ForEach(workers, w => w.Join());
        var seconds = clock.GetElapsedTime(start).TotalSeconds;
        return sums.All(float.IsFinite)
            ? new Measurement(posts, seconds)
            : throw new InvalidOperationException("the multiply-add loop left the finite numbers");
    }

    private static float Multiply(long steps) => Lanes switch
    {
        16 => Multiply512(steps),
        8 => Multiply256(steps),
        _ => Multiply128(steps),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Multiply512(long steps)
    {
        var factor = Vector512.Create(0.999999f);
        var a0 = Vector512.Create(1e-3f);
        Vector512<float> a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0, a8 = a0, a9 = a0, a10 = a0;
        var a11 = a0;
        var addend = Vector512.Create(1e-6f);
        for (; steps > 0; steps--)
        {
            a0 = Vector512.FusedMultiplyAdd(a0, factor, addend);
            a1 = Vector512.FusedMultiplyAdd(a1, factor, addend);
            a2 = Vector512.FusedMultiplyAdd(a2, factor, addend);
            a3 = Vector512.FusedMultiplyAdd(a3, factor, addend);
            a4 = Vector512.FusedMultiplyAdd(a4, factor, addend);
            a5 = Vector512.FusedMultiplyAdd(a5, factor, addend);
            a6 = Vector512.FusedMultiplyAdd(a6, factor, addend);
            a7 = Vector512.FusedMultiplyAdd(a7, factor, addend);
            a8 = Vector512.FusedMultiplyAdd(a8, factor, addend);
            a9 = Vector512.FusedMultiplyAdd(a9, factor, addend);
            a10 = Vector512.FusedMultiplyAdd(a10, factor, addend);
            a11 = Vector512.FusedMultiplyAdd(a11, factor, addend);
        }

        return Vector512.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Multiply256(long steps)
    {
        var factor = Vector256.Create(0.999999f);
        var a0 = Vector256.Create(1e-3f);
        Vector256<float> a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0, a8 = a0, a9 = a0, a10 = a0;
        var a11 = a0;
        var addend = Vector256.Create(1e-6f);
        for (; steps > 0; steps--)
        {
            a0 = Vector256.FusedMultiplyAdd(a0, factor, addend);
            a1 = Vector256.FusedMultiplyAdd(a1, factor, addend);
            a2 = Vector256.FusedMultiplyAdd(a2, factor, addend);
            a3 = Vector256.FusedMultiplyAdd(a3, factor, addend);
            a4 = Vector256.FusedMultiplyAdd(a4, factor, addend);
            a5 = Vector256.FusedMultiplyAdd(a5, factor, addend);
            a6 = Vector256.FusedMultiplyAdd(a6, factor, addend);
            a7 = Vector256.FusedMultiplyAdd(a7, factor, addend);
            a8 = Vector256.FusedMultiplyAdd(a8, factor, addend);
            a9 = Vector256.FusedMultiplyAdd(a9, factor, addend);
            a10 = Vector256.FusedMultiplyAdd(a10, factor, addend);
            a11 = Vector256.FusedMultiplyAdd(a11, factor, addend);
        }

        return Vector256.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Multiply128(long steps)
    {
        var factor = Vector128.Create(0.999999f);
        var a0 = Vector128.Create(1e-3f);
        Vector128<float> a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0, a8 = a0, a9 = a0, a10 = a0;
        var a11 = a0;
        var addend = Vector128.Create(1e-6f);
        for (; steps > 0; steps--)
        {
            a0 = Vector128.FusedMultiplyAdd(a0, factor, addend);
            a1 = Vector128.FusedMultiplyAdd(a1, factor, addend);
            a2 = Vector128.FusedMultiplyAdd(a2, factor, addend);
            a3 = Vector128.FusedMultiplyAdd(a3, factor, addend);
            a4 = Vector128.FusedMultiplyAdd(a4, factor, addend);
            a5 = Vector128.FusedMultiplyAdd(a5, factor, addend);
            a6 = Vector128.FusedMultiplyAdd(a6, factor, addend);
            a7 = Vector128.FusedMultiplyAdd(a7, factor, addend);
            a8 = Vector128.FusedMultiplyAdd(a8, factor, addend);
            a9 = Vector128.FusedMultiplyAdd(a9, factor, addend);
            a10 = Vector128.FusedMultiplyAdd(a10, factor, addend);
            a11 = Vector128.FusedMultiplyAdd(a11, factor, addend);
        }

        return Vector128.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11);
    }
}
