using Moodstream.Contracts;
using Moodstream.Redis;

namespace Moodstream.Cli.Entries;

/// <summary>
/// The pub/sub component's dead letters: copies of the entry, to which the sidecar adds neither reason nor source, but
/// the envelope still names the topic (tests/data/dapr-traces/04d-single-retry3-dead.json).
/// </summary>
internal static class DeadLetters
{
    private static readonly string[] Known =
        [Topics.Raw, Topics.Scored, Topics.Rejected, Topics.Deleted, Topics.Shifts, Topics.Windows, Topics.IngestStatus];

    public static EntryKind Kind { get; } = new(Topics.Dead, "replay", Read);

    /// <summary>The same with the topic to go back to said by whoever asks.</summary>
    /// <param name="topic">Null: the one that the envelope names.</param>
    public static EntryKind KindTo(string? topic) =>
        topic is null ? Kind : Kind with { Read = entry => Sent(Read(entry), topic) };

    /// <summary>Whether a topic is one of this system's, and not the dead letters' own.</summary>
    public static bool IsTopic(string topic) => Known.Contains(topic);

    private static EndedEntry Read(StreamEntry entry)
    {
        var data = entry["data"] ?? ReadOnlyMemory<byte>.Empty;
        if (Json.TryObject(data) is not { } envelope)
        {
            return Unsent(entry, entry.Id, "no CloudEvent", Snippet.Of(data), "it does not say where it came from; --to says it");
        }

        var topic = Json.Text(envelope, "topic");
        var read = new EndedEntry
        {
            Entry = entry,
            Id = Json.Text(envelope, "id") is { Length: > 0 } id ? id : entry.Id,
            Reason = Json.Text(envelope, "specversion") is null ? "no CloudEvent" : "not handled",
            Source = topic,
            Text = Snippet.Of(Json.PostText(envelope) ?? Snippet.Of(data)),
        };

        // The name comes from outside: anything else in Redis would be a key to write to.
        return topic is not null && IsTopic(topic)
            ? Sent(read, topic)
            : read with { Stays = $"it says it came from {(topic is null ? "nowhere" : $"'{Snippet.Of(topic)}'")}; --to says another topic" };
    }

    private static EndedEntry Sent(EndedEntry read, string topic) =>
        read with { Source = topic, GoesBack = read.Entry.Fields, Stays = null };

    private static EndedEntry Unsent(StreamEntry entry, string id, string reason, string text, string stays) =>
        new() { Entry = entry, Id = id, Reason = reason, Text = text, Stays = stays };
}
