using System.Runtime.CompilerServices;

namespace Moodstream.Bert.Numerics;

/// <summary>tanh(x) = 1 - 2 / (e^2x + 1); tolerance 3e-7 absolute against double precision.</summary>
internal static unsafe class HyperbolicTangent<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Replaces whole vectors by their tanh.</summary>
    /// <param name="values">The first value.</param>
    /// <param name="vectors">How many vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* values, nint vectors)
    {
        var one = TSimd.Broadcast(1f);
        for (; vectors > 0; vectors--, values += TSimd.Lanes)
        {
            var x = TSimd.Load(values);
            var power = Exponential<TSimd, TVector>.Of(TSimd.Add(x, x));
            TSimd.Store(values, TSimd.Subtract(one, TSimd.Divide(TSimd.Broadcast(2f), TSimd.Add(power, one))));
        }
    }
}
