namespace Moodstream.Bench.Rounds;

/// <summary>Two systems that do the same work, one right after the other.</summary>
/// <param name="Name">What is compared.</param>
/// <param name="Subject">Ours.</param>
/// <param name="Baseline">What it is held against.</param>
/// <param name="Floor">Least ratio of the subject's rate to the baseline's that will do; null when any will.</param>
internal sealed record Pair(string Name, Contender Subject, Contender Baseline, double? Floor = null);
