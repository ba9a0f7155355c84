namespace Moodstream.Bench.Posts;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every runtime, which <see cref="Random"/> with a seed
/// does not promise, so that two results files of one seed are of one set of posts.
/// </summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number from 0 to <paramref name="bound"/> − 1.</summary>
    public int Next(int bound) => (int)(((UInt128)NextBits() * (ulong)bound) >> 64);

    /// <summary>True with the probability given.</summary>
    public bool Chance(double probability) => NextUnit() < probability;

    /// <summary>A draw from the normal distribution of mean 0 and deviation 1 (Box and Muller 1958).</summary>
    public double NextNormal() =>
        Math.Sqrt(-2 * Math.Log(1 - NextUnit())) * Math.Cos(2 * Math.PI * NextUnit());

    private double NextUnit() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    private ulong NextBits()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
