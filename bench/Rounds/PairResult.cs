namespace Moodstream.Bench.Rounds;

/// <summary>A pair's measurements, one of each side a round, the warm-up left out.</summary>
internal sealed record PairResult(Pair Pair, IReadOnlyList<Measurement> Subject, IReadOnlyList<Measurement> Baseline)
{
    /// <summary>Posts a second of ours.</summary>
    public Spread SubjectRate => new(Subject.Select(m => m.Rate));

    /// <summary>Posts a second of the other.</summary>
    public Spread BaselineRate => new(Baseline.Select(m => m.Rate));

    /// <summary>
    /// How many times as fast ours is, round by round: both sides of a round had the machine in the same state, so a
    /// slow minute moves neither the ratio nor its median.
    /// </summary>
    public Spread Ratio => new(Subject.Zip(Baseline, (s, b) => s.Rate / b.Rate));

    /// <summary>Whether the median ratio reaches the floor; null where none is set.</summary>
    public bool? Met => Pair.Floor is { } floor ? Ratio.Median >= floor : null;
}
