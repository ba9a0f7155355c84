using System.Text.Json;
using Moodstream.Contracts;
using Moodstream.Trends.Mood;

namespace Moodstream.Trends.Posts;

/// <summary>Reads what a topic's mood needs of a scored post, holding the event to what its topic carries.</summary>
internal static class ScoredEntry
{
    /// <summary>Largest event read: a post of 64 KiB with every byte escaped is below it.</summary>
    public const int MaxEventBytes = 1024 * 1024;

    private const int MaxNameChars = 512;

    /// <summary>Reads an event.</summary>
    /// <param name="data">UTF-8 JSON.</param>
    /// <param name="entry">What is counted, when there is no error.</param>
    /// <param name="topics">Its topics; none when nothing is tracked.</param>
    /// <returns>What was expected and what came; null when it is a scored post.</returns>
    public static string? Read(ReadOnlyMemory<byte> data, out MoodEntry entry, out IReadOnlyList<string> topics)
    {
        entry = null!; // Read by the caller only when this method returns null.
        topics = [];
        if (data.Length > MaxEventBytes)
        {
            return $"expected at most {MaxEventBytes} bytes, got {data.Length}";
        }

        try
        {
            if (JsonSerializer.Deserialize(data.Span, ContractsJson.Wire.ScoredPost) is not { } scored)
            {
                return "expected a scored post, got null";
            }

            var (post, mood) = (scored.Post, scored.Sentiment);
            topics = post.Topics ?? [];
            entry = new MoodEntry(post.Id, post.Source, post.ReceivedAt, mood.Label, mood.Score);
            return Check("post.id", post.Id)
                ?? Check("post.source", post.Source)
                ?? Check("sentiment.negative", mood.Negative)
                ?? Check("sentiment.positive", mood.Positive);
        }
        catch (JsonException exception)
        {
            return $"expected a scored post: {exception.Message}";
        }
    }

    private static string? Check(string member, float value) =>
        value is >= 0 and <= 1 ? null : $"{member}: expected 0 to 1, got {value}";

    private static string? Check(string member, string? value) => value switch
    {
        null or "" => $"{member}: expected text, got none",
        { Length: > MaxNameChars } => $"{member}: expected at most {MaxNameChars} characters, got {value.Length}",
        _ => null,
    };
}
