using System.Security.Cryptography;
using System.Text.Json;
using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.Sidecar.Deliveries;

/// <summary>
/// Reads a CloudEvent in JSON as our publishers write it and the sidecar passes it on (Dapr's contract, 2.3;
/// <c>05a-bulk-shape.json</c>). What is none, because another producer wrote to the topic or something broke on the
/// way, becomes an event too, of the whole body, so that a handler can reject it: it is never dropped, and never
/// retried for ever.
/// </summary>
internal static class CloudEventReader
{
    /// <summary>Longest id taken from outside.</summary>
    public const int MostIdCharacters = 1024;

    /// <summary>What the id of an event begins with that has none of its own; the rest is a hash of its bytes.</summary>
    public const string Unidentified = "unidentified:";

    /// <summary>Reads an event.</summary>
    /// <param name="body">UTF-8; the event's data is a part of it, byte for byte.</param>
    /// <param name="topic">Topic it came on.</param>
    public static ReadEvent Read(ReadOnlyMemory<byte> body, string topic)
    {
        var attributes = new CloudEventAttributes();
        string? fault;
        try
        {
            fault = attributes.Read(body.Span) ?? attributes.Missing();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Invalid is also text that is not UTF-8, or half a surrogate pair in an escape.
            fault = $"not a JSON object: {exception.Message}";
        }

        return fault is null
            ? new ReadEvent(new IncomingEvent(attributes.Id!, topic, body[attributes.Data]), null) // no fault: has both
            : Unreadable(body, attributes.Id, topic, fault);
    }

    /// <summary>An event of which only the beginning is there.</summary>
    /// <param name="head">The beginning.</param>
    /// <param name="topic">Topic it came on.</param>
    /// <param name="fault">Why the rest is not there.</param>
    public static ReadEvent Cut(ReadOnlyMemory<byte> head, string topic, string fault) =>
        Unreadable(head, null, topic, fault);

    // The same bytes get the same id, so that a redelivery is known as one.
    private static ReadEvent Unreadable(ReadOnlyMemory<byte> body, string? id, string topic, string fault) =>
        new(
            new IncomingEvent(
                id ?? Unidentified + Convert.ToHexStringLower(SHA256.HashData(body.Span).AsSpan(0, 16)), topic, body),
            fault);
}

/// <summary>An event as read.</summary>
/// <param name="Event">With an id, always.</param>
/// <param name="Fault">Why its data is the whole body: what was expected and what came. Null for an event of ours.</param>
internal readonly record struct ReadEvent(IncomingEvent Event, string? Fault);
