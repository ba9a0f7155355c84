using System.Text.Json;
using Moodstream.Contracts;
using Moodstream.Redis;

namespace Moodstream.Cli.Entries;

/// <summary>
/// Posts that can never be scored, as they were told to everyone. What goes back is the post itself, in an event like
/// the one it came in: same id, same data.
/// </summary>
internal static class RejectedPosts
{
    public static EntryKind Kind { get; } = new(Topics.Rejected, "requeue", Read);

    private static EndedEntry Read(StreamEntry entry)
    {
        var bytes = entry["data"] ?? ReadOnlyMemory<byte>.Empty;
        if (Json.TryObject(bytes) is not { } envelope
            || !envelope.TryGetProperty("data", out var data)
            || data.ValueKind != JsonValueKind.Object
            || Json.Text(data, "id") is not { Length: > 0 } id)
        {
            return new EndedEntry
            {
                Entry = entry,
                Id = entry.Id,
                Reason = "no rejected post",
                Text = Snippet.Of(bytes),
                Stays = "it holds no rejected post",
            };
        }

        var detail = Json.Text(data, "detail");
        var read = new EndedEntry
        {
            Entry = entry,
            Id = id,
            Reason = Snippet.Of($"{Json.Text(data, "reason") ?? "?"}{(detail is null ? "" : $": {detail}")}"),
            Source = Topics.Raw,
            Text = Snippet.Of(Json.PostText(envelope) ?? ""),
        };
        if (data.TryGetProperty("post", out var post) && post.ValueKind == JsonValueKind.Object)
        {
            return read with { GoesBack = RawEvent.Write(id, post) };
        }

        if (!data.TryGetProperty("raw", out var raw) || raw.ValueKind != JsonValueKind.String || !raw.TryGetBytesFromBase64(out var came))
        {
            return read with { Stays = "it holds neither a post nor the bytes that came" };
        }

        read = read with { Text = Snippet.Of(came) };
        return Json.TryObject(came) is { } value
            ? read with { GoesBack = RawEvent.Write(id, value) }
            : read with { Stays = "what came was no JSON, which no event can carry" };
    }
}
