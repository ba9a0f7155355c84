using System.Text.Json;
using Moodstream.Contracts;

namespace Moodstream.Relay.Publishing;

/// <summary>What a repeat is known by.</summary>
/// <param name="Source">Source of the post.</param>
/// <param name="Id">Id of the post: a new model version of its score is a repeat too.</param>
internal readonly record struct ScoredPostId(string Source, string Id)
{
    /// <summary>Largest event read: a post of 64 KiB with every byte escaped is below it.</summary>
    public const int MaxEventBytes = 1024 * 1024;

    private const int MaxNameChars = 512; // names are remembered by the thousand

    /// <summary>Reads the id of a scored post, holding the event to what its topic carries.</summary>
    /// <param name="data">UTF-8 JSON.</param>
    /// <param name="id">The id, when there is no error.</param>
    /// <returns>What was expected and what came; null when it is a scored post.</returns>
    public static string? Read(ReadOnlyMemory<byte> data, out ScoredPostId id)
    {
        id = default;
        if (data.Length > MaxEventBytes)
        {
            return $"expected at most {MaxEventBytes} bytes, got {data.Length}";
        }

        try
        {
            if (JsonSerializer.Deserialize(data.Span, ContractsJson.Wire.ScoredPost) is not { Post: { } post })
            {
                return "expected a scored post, got null";
            }

            id = new ScoredPostId(post.Source, post.Id);
            return Check("post.id", post.Id) ?? Check("post.source", post.Source);
        }
        catch (JsonException exception)
        {
            return $"expected a scored post: {exception.Message}";
        }
    }

    private static string? Check(string member, string? value) => value switch
    {
        null or "" => $"{member}: expected text, got none",
        { Length: > MaxNameChars } => $"{member}: expected at most {MaxNameChars} characters, got {value.Length}",
        _ => null,
    };
}
