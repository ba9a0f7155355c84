namespace Moodstream.Contracts;

/// <summary>A tracked topic's mood over rolling windows, on <see cref="Topics.Windows"/>; the newest replaces the ones before.</summary>
public sealed record MoodWindows
{
    /// <summary>The tracked topic.</summary>
    public required string Topic { get; init; }

    /// <summary>Posts on the topic since it was first seen, each once, restarts included.</summary>
    public required long Total { get; init; }

    /// <summary>Shortest first: the last 1 min, 5 min, 1 h and 24 h.</summary>
    public required IReadOnlyList<WindowMood> Windows { get; init; }

    /// <summary>When this was written (UTC); the windows end here.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>Posts and mood of one window.</summary>
/// <param name="Window">Its length.</param>
/// <param name="Posts">Posts in it, each once, by when they entered; the sum of the three that follow.</param>
/// <param name="Negative">Posts labelled negative.</param>
/// <param name="Neutral">Posts labelled neutral.</param>
/// <param name="Positive">Posts labelled positive.</param>
/// <param name="Mean">Mean score, −1 to 1; 0 when there are no posts.</param>
public sealed record WindowMood(TimeSpan Window, long Posts, long Negative, long Neutral, long Positive, double Mean);
