using System.Buffers.Text;
using System.Text;

namespace Moodstream.Trends.Mood;

/// <summary>A topic's actor id: base64url of its UTF-8 in lower case, for Dapr refuses <c># ? / \</c> in ids.</summary>
/// <remarks>
/// Expected: some dozens of topics, as many as are tracked, and one call a batch for each that it holds: at most four a
/// second and topic.
/// </remarks>
internal static class TopicId
{
    /// <summary>Longest topic, in bytes of UTF-8: its id then has 256 characters, the most an actor's may have.</summary>
    public const int MaxBytes = 192;

    /// <summary>The id; null when the topic is empty or too long.</summary>
    public static string? Of(string? topic)
    {
        if (string.IsNullOrWhiteSpace(topic) || topic.Length > MaxBytes)
        {
            return null;
        }

        var utf8 = Encoding.UTF8.GetBytes(topic.ToLowerInvariant());
        return utf8.Length <= MaxBytes ? Base64Url.EncodeToString(utf8) : null;
    }
}
