using System.Runtime.CompilerServices;

namespace Moodstream.Bert.Numerics;

/// <summary>GELU(x) = x/2 (1 + erf(x / sqrt 2)), the exact form (Hendrycks and Gimpel 2016, section 2).</summary>
/// <remarks>
/// erf(t) as t P(t^2) / Q(t^2) with |t| at most 4, the minimax coefficients of Eigen 3.3
/// (<c>MathFunctionsImpl.h, generic_fast_erf_float</c>). Tolerance: 4e-7 x max(1, |x|) against double precision.
/// </remarks>
internal static unsafe class Gelu<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const float HalfSquareRoot = 0.70710678f;
    private const float Saturation = 4f;

    /// <summary>Replaces rows of one or two vectors by their GELU.</summary>
    /// <param name="values">The first row.</param>
    /// <param name="step">Floats from one row to the next.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="vectors">Vectors of each.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Apply(float* values, nint step, int rows, int vectors)
    {
        for (; rows > 0; rows--, values += step)
        {
            for (var i = 0; i < vectors; i++)
            {
                var at = values + (i * TSimd.Lanes);
                TSimd.Store(at, Of(TSimd.Load(at)));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Of(TVector x)
    {
        var t = TSimd.Multiply(x, TSimd.Broadcast(HalfSquareRoot));
        t = TSimd.Min(TSimd.Max(t, TSimd.Broadcast(-Saturation)), TSimd.Broadcast(Saturation));
        var q = TSimd.Multiply(t, t);

        var p = TSimd.Broadcast(-2.72614225801306e-10f);
        p = TSimd.MultiplyAdd(p, q, TSimd.Broadcast(2.77068142495902e-08f));
        p = TSimd.MultiplyAdd(p, q, TSimd.Broadcast(-2.10102402082508e-06f));
        p = TSimd.MultiplyAdd(p, q, TSimd.Broadcast(-5.69250639462346e-05f));
        p = TSimd.MultiplyAdd(p, q, TSimd.Broadcast(-7.34990630326855e-04f));
        p = TSimd.MultiplyAdd(p, q, TSimd.Broadcast(-2.95459980854025e-03f));
        p = TSimd.MultiplyAdd(p, q, TSimd.Broadcast(-1.60960333262415e-02f));

        var d = TSimd.Broadcast(-1.45660718464996e-05f);
        d = TSimd.MultiplyAdd(d, q, TSimd.Broadcast(-2.13374055278905e-04f));
        d = TSimd.MultiplyAdd(d, q, TSimd.Broadcast(-1.68282697438203e-03f));
        d = TSimd.MultiplyAdd(d, q, TSimd.Broadcast(-7.37332916720468e-03f));
        d = TSimd.MultiplyAdd(d, q, TSimd.Broadcast(-1.42647390514189e-02f));

        // At saturation the quotient is 1 to the last bit or two: clamped, so that a large negative x gives 0.
        var erf = TSimd.Divide(TSimd.Multiply(t, p), d);
        erf = TSimd.Min(TSimd.Max(erf, TSimd.Broadcast(-1f)), TSimd.Broadcast(1f));
        var half = TSimd.Multiply(x, TSimd.Broadcast(0.5f));
        return TSimd.MultiplyAdd(half, erf, half);
    }
}
