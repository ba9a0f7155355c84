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

    /// <summary>Shortest time between two <see cref="Contracts.MoodWindows"/> of a topic.</summary>
    /// <value>Default: 1 s. 100 ms to 1 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan ShowInterval { get; init; } = TimeSpan.FromSeconds(1);
}
