using System.Text.Json.Serialization;

namespace Moodstream.Contracts;

/// <summary>The three moods, in the order of the bundled model's logits.</summary>
public enum SentimentLabel
{
    /// <summary>The author's attitude is negative.</summary>
    [JsonStringEnumMemberName("negative")]
    Negative = 0,

    /// <summary>No attitude, or a mixed one.</summary>
    [JsonStringEnumMemberName("neutral")]
    Neutral = 1,

    /// <summary>The author's attitude is positive.</summary>
    [JsonStringEnumMemberName("positive")]
    Positive = 2,
}
