using Moodstream.Contracts;

namespace Moodstream.Dashboard.Board;

/// <summary>
/// All counts the page shows. Equal states have equal JSON: nothing in it but the rates moves by itself.
/// </summary>
internal sealed record BoardState
{
    /// <summary>Every scored post since this dashboard started, each once.</summary>
    public required MoodState Mood { get; init; }

    /// <summary>Scored posts per second.</summary>
    public required RateState Rate { get; init; }

    /// <summary>From entering Moodstream to scored, over the last minute; absent when it had no posts.</summary>
    public LatencyState? Scoring { get; init; }

    /// <summary>Rejected posts since this dashboard started, each once.</summary>
    public required RejectedState Rejected { get; init; }

    /// <summary>Events dropped as repeats of a post counted before.</summary>
    public required long Repeats { get; init; }

    /// <summary>How the sources stand; absent until the first of them has said.</summary>
    public IntakeState? Intake { get; init; }

    /// <summary>Mood per topic, most posts first.</summary>
    public required IReadOnlyList<TopicState> Topics { get; init; }

    /// <summary>Posts on topics beyond the bound; absent when there are none.</summary>
    public MoodState? OtherTopics { get; init; }

    /// <summary>Mood per topic over rolling windows, most posts first.</summary>
    public required IReadOnlyList<TopicWindows> Windows { get; init; }

    /// <summary>Significant shifts of a topic's mood, newest first.</summary>
    public required IReadOnlyList<ShiftState> Shifts { get; init; }

    /// <summary>The model that scored the newest post; absent before the first.</summary>
    public ModelVersion? Model { get; init; }
}

/// <summary>Posts by mood and their mean score, −1 to 1.</summary>
internal sealed record MoodState(long Posts, long Negative, long Neutral, long Positive, double Mean);

/// <summary>One topic's mood.</summary>
internal sealed record TopicState(string Topic, MoodState Mood);

/// <summary>One topic's posts ever, and its windows, shortest first.</summary>
internal sealed record TopicWindows(string Topic, long Total, IReadOnlyList<WindowState> Windows);

/// <summary>Posts of a window and their mean score, −1 to 1.</summary>
internal sealed record WindowState(long Seconds, long Posts, double Mean);

/// <summary>A shift of the mean score of a window, and the probability of one as large by chance.</summary>
internal sealed record ShiftState(
    string Topic, double From, double To, long Seconds, long Posts, double Significance, DateTimeOffset At);

/// <summary>Posts per second over the last second and the last minute.</summary>
internal sealed record RateState(double LastSecond, double LastMinute);

/// <summary>Median and 95th percentile.</summary>
internal sealed record LatencyState(double P50Seconds, double P95Seconds);

/// <summary>Rejected posts by reason.</summary>
internal sealed record RejectedState(long Malformed, long Refused, long Unscorable);

/// <summary>All sources' <see cref="IngestStatus"/>es as one.</summary>
internal sealed record IntakeState
{
    public required IReadOnlyList<string> Sources { get; init; }

    public required long Published { get; init; }

    public required long Settled { get; init; }

    public required long Rejected { get; init; }

    public required long Republished { get; init; }

    public required long Duplicates { get; init; }

    public required long Unreadable { get; init; }

    public required long Lost { get; init; }

    public required long InFlight { get; init; }

    /// <summary>Of all sources the highest.</summary>
    public required double OldestSeconds { get; init; }

    /// <summary>Whether all of them are.</summary>
    public required bool Finished { get; init; }
}
