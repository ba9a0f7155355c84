namespace Moodstream.Bench.Rounds;

/// <summary>One timed piece of work.</summary>
/// <param name="Posts">Posts scored; 1 or more.</param>
/// <param name="Seconds">Time taken; more than 0.</param>
internal readonly record struct Measurement(int Posts, double Seconds)
{
    /// <summary>Posts a second.</summary>
    public double Rate => Posts / Seconds;
}
