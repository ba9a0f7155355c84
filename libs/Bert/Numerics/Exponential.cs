using System.Runtime.CompilerServices;

namespace Moodstream.Bert.Numerics;

/// <summary>
/// e^x for x up to 88: x = n ln 2 + r with |r| at most ln 2 / 2, e^r by a polynomial of degree 6, 2^n by the exponent.
/// </summary>
/// <remarks>
/// Cephes' <c>expf</c> (S. Moshier, 1989): ln 2 in two parts, so that n ln 2 is exact in the first. Relative error at
/// most 2 x 2^-23; below -87, where results leave the normal numbers, 0.
/// </remarks>
internal static class Exponential<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const float Least = -87f;
    private const float Most = 88f;
    private const float Log2E = 1.44269504f;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of(TVector x)
    {
        var clamped = TSimd.Min(TSimd.Max(x, TSimd.Broadcast(Least)), TSimd.Broadcast(Most));
        var n = TSimd.Round(TSimd.Multiply(clamped, TSimd.Broadcast(Log2E)));
        var r = TSimd.MultiplyAdd(n, TSimd.Broadcast(-Ln2High), clamped);
        r = TSimd.MultiplyAdd(n, TSimd.Broadcast(-Ln2Low), r);

        var p = TSimd.Broadcast(1.9875691500e-4f);
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1.3981999507e-3f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(8.3334519073e-3f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(4.1665795894e-2f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1.6666665459e-1f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(5.0000001201e-1f));
        p = TSimd.MultiplyAdd(p, TSimd.Multiply(r, r), TSimd.Add(r, TSimd.Broadcast(1f)));
        return TSimd.KeepWhereAtLeast(x, TSimd.Broadcast(Least), TSimd.Scale(p, n));
    }
}
