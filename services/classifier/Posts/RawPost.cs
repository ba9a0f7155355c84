using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;

namespace Moodstream.Classifier.Posts;

/// <summary>Reads the post of an event, strictly.</summary>
internal static class RawPost
{
    /// <summary>Most bytes of an event, as for the broker's own limit; checked before anything is read.</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    /// <summary>Reads the post.</summary>
    /// <param name="delivered">An event of <see cref="Topics.Raw"/>.</param>
    /// <param name="post">The post; null when there is none.</param>
    /// <param name="error">What was expected and what came; null when there is a post.</param>
    public static bool TryRead(
        IncomingEvent delivered, [NotNullWhen(true)] out Post? post, [NotNullWhen(false)] out string? error)
    {
        post = null;
        if (delivered.Data.Length > MostBytes)
        {
            error = $"a post is at most {MostBytes} bytes of JSON, this event has {delivered.Data.Length}";
            return false;
        }

        try
        {
            post = JsonSerializer.Deserialize(delivered.Data.Span, ContractsJson.Wire.Post);
            error = Missing(post, delivered.Id);
        }
        catch (JsonException exception)
        {
            error = $"not a post: {exception.Message}";
        }

        post = error is null ? post : null;
        return post is not null;
    }

    // The serializer finds absent and null members; an id that would settle no post, or another one, is found here.
    private static string? Missing(Post? post, string eventId) => post switch
    {
        null => "a post is a JSON object, not null",
        { Id: "" } => "a post's id is a string of at least one character",
        { Id: var id } when id != eventId => $"the event's id is '{eventId}', but its post's id is '{id}'",
        _ => null,
    };
}
