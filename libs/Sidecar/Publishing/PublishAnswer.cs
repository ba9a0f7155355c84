using System.Globalization;
using System.Text.Json;
using Moodstream.Sidecar.Calls;

namespace Moodstream.Sidecar.Publishing;

/// <summary>What an answer to a bulk publish says (Dapr's contract, 1.2 and 1.3).</summary>
/// <param name="Verdict">On the call.</param>
/// <param name="Error">What went wrong; null when nothing did.</param>
/// <param name="Failed">Errors by entry id, where the verdict is <see cref="PublishVerdict.Partly"/>.</param>
internal sealed record PublishAnswer(
    PublishVerdict Verdict, string? Error = null, IReadOnlyDictionary<int, string>? Failed = null)
{
    private static readonly PublishAnswer Taken = new(PublishVerdict.Taken);

    /// <summary>Reads an answer.</summary>
    /// <param name="reply">The answer.</param>
    /// <param name="sent">The entry ids of the call.</param>
    public static PublishAnswer Read(SidecarReply reply, IReadOnlySet<int> sent) => reply switch
    {
        { Status: 204 } => Taken,
        { Status: 500 } when ReadFailed(reply.Body, sent) is { Count: > 0 } failed =>
            new(PublishVerdict.Partly, Shown(reply), failed),

        // An entry that does not fit its content type, a body above the limit, an event that is no object: nothing of
        // the call was published, and one entry may be the cause.
        { Status: 413 } or { Status: 400, ErrorCode: "ERR_PUBSUB_EVENTS_SER" }
            or { Status: 500, ErrorCode: "ERR_PUBSUB_CLOUD_EVENTS_SER" } => new(PublishVerdict.Unfit, Shown(reply)),

        // No such component, topic not allowed, wrong token: asking again changes nothing.
        { Status: 400 or 401 or 403 or 404 } => new(PublishVerdict.Denied, Shown(reply)),
        _ => new(PublishVerdict.Trouble, Shown(reply)),
    };

    private static string Shown(SidecarReply reply) => $"the sidecar answered {reply.Shown}";

    // In the body; the headers Metadata.responsedata and Metadata.error repeat it. An entry that is not in the list
    // was taken, so a list that cannot be read to its end, or that names what was not sent, says nothing of any entry:
    // whoever it means would count as taken, and be lost.
    private static Dictionary<int, string>? ReadFailed(ReadOnlyMemory<byte> body, IReadOnlySet<int> sent)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind is not JsonValueKind.Object
                || !json.RootElement.TryGetProperty("failedEntries", out var entries)
                || entries.ValueKind is not JsonValueKind.Array)
            {
                return null;
            }

            var failed = new Dictionary<int, string>();
            foreach (var entry in entries.EnumerateArray())
            {
                if (!int.TryParse(Text(entry, "entryId"), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                    || !sent.Contains(id))
                {
                    return null;
                }

                failed[id] = SidecarReply.OneLine(Text(entry, "error") ?? "failed without a reason");
            }

            return failed;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.ValueKind is JsonValueKind.Object && entry.TryGetProperty(name, out var member)
        && member.ValueKind is JsonValueKind.String
            ? member.GetString()
            : null;
}

/// <summary>Verdicts on a call as a whole.</summary>
internal enum PublishVerdict
{
    /// <summary>Every entry was taken.</summary>
    Taken,

    /// <summary>Every entry was taken but those listed.</summary>
    Partly,

    /// <summary>Nothing was taken, because of something in the call.</summary>
    Unfit,

    /// <summary>Nothing was taken, and nothing will be.</summary>
    Denied,

    /// <summary>Nobody knows what was taken; it may go better next time.</summary>
    Trouble,
}
