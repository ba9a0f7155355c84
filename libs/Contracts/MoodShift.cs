namespace Moodstream.Contracts;

/// <summary>A topic's mood moved significantly, on <see cref="Topics.Shifts"/>.</summary>
public sealed record MoodShift
{
    /// <summary>The tracked topic.</summary>
    public required string Topic { get; init; }

    /// <summary>Mean score before, −1 to 1.</summary>
    public required double From { get; init; }

    /// <summary>Mean score now, −1 to 1.</summary>
    public required double To { get; init; }

    /// <summary>The window the mean is over.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>Posts in that window.</summary>
    public required long Posts { get; init; }

    /// <summary>The test's significance: the probability of a shift this large by chance.</summary>
    public required double Significance { get; init; }

    /// <summary>When it was found (UTC).</summary>
    public required DateTimeOffset At { get; init; }
}
