using System.ComponentModel.DataAnnotations;

namespace Moodstream.Trends;

/// <summary>Bounds of the topics' moods.</summary>
internal sealed class TrendsOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Moodstream:Trends";

    /// <summary>Topics followed by one process; posts on further ones are counted as left out. About 0.5 MB each.</summary>
    /// <value>Default: 1000. 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int MaxTopics { get; init; } = 1000;

    /// <summary>
    /// Time between two <see cref="Contracts.MoodWindows"/> of a topic to which posts come. All topics show theirs at
    /// whole multiples of it by the clock, together.
    /// </summary>
    /// <value>Default: 1 s. 100 ms to 1 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan ShowInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Probability, at most, that one test of one window finds a shift where there is none. A topic's windows are tested
    /// 1,752 times a day.
    /// </summary>
    /// <value>Default: 0.0001. 1e-12 to 0.1.</value>
    [Range(1e-12, 0.1)]
    public double ShiftSignificance { get; init; } = 1e-4;

    /// <summary>Smallest difference of mean scores that is a shift, however significant.</summary>
    /// <value>Default: 0.1. 0 to 2.</value>
    [Range(0.0, 2.0)]
    public double ShiftSize { get; init; } = 0.1;
}
