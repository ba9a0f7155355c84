namespace Moodstream.Cli.Score;

/// <summary>Posts of each label.</summary>
internal sealed record LabelCounts(long Negative, long Neutral, long Positive);
