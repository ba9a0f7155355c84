using System.Text;
using System.Text.Json;
using Moodstream.Tests.Sidecar.PubSub;

namespace Moodstream.Tests.Sidecar.Api;

/// <summary>POST /v1.0/publish/… and /v1.0/publish/bulk/… (Dapr's contract, 1.1 to 1.3).</summary>
internal sealed class PublishApi(SidecarOptions options, Publisher publisher, double samplingRate)
{
    private static readonly string[] True = ["1", "t", "T", "TRUE", "true", "True"];
    private static readonly string[] False = ["0", "f", "F", "FALSE", "false", "False"];

    public async Task SingleAsync(Call call, string pubSub, string topic)
    {
        var body = await call.BodyAsync();
        if (!await RawAsync(call, pubSub) || !await KnownAsync(call, pubSub))
        {
            return;
        }

        var contentType = call.Header("Content-Type") ?? "text/plain";
        if (await FaultAsync(call, pubSub, topic))
        {
            return;
        }

        if (body is null)
        {
            await FailedAsync(call, pubSub, topic, "stream too large");
            return;
        }

        byte[] data;
        try
        {
            data = IsRaw(call.Metadata) ? body : CloudEvents.Envelope(
                body, contentType, pubSub, topic, options.AppId, call.Metadata, TraceOf(call), TimeProvider.System.GetUtcNow());
        }
        catch (GoJsonException problem)
        {
            await call.ErrorAsync(500, "ERR_PUBSUB_CLOUD_EVENTS_SER", "cannot create cloudevent", (pubSub, "pubsub", "cannot create cloudevent"),
                "DAPR_PUBSUB_CLOUD_EVENT_CREATION", Reason(problem.Message));
            return;
        }

        if (await publisher.PublishAsync(pubSub, topic, data, call.Metadata) is { } failed)
        {
            await FailedAsync(call, pubSub, topic, failed.Message);
            return;
        }

        await call.EmptyAsync();
    }

    public async Task BulkAsync(Call call, string pubSub, string topic)
    {
        var body = await call.BodyAsync();
        if (!await RawAsync(call, pubSub) || !await KnownAsync(call, pubSub))
        {
            return;
        }

        List<BulkEntry> entries;
        try
        {
            entries = body is null ? throw new GoJsonException("stream too large") : Entries(call, pubSub, topic, body);
        }
        catch (GoJsonException problem)
        {
            await UnreadableAsync(call, pubSub, $"error when unmarshaling the request for topic {topic} pubsub {pubSub}: {problem.Message}",
                "DAPR_PUBSUB_UNMARSHAL_EVENTS", null);
            return;
        }
        catch (BulkException problem)
        {
            await problem.Answer(call);
            return;
        }

        List<(string EntryId, string Error)> failed = [];
        if (options.Faults.RefusesPublishes)
        {
            failed = [.. entries.Select(e => (e.EntryId, Refused))];
        }
        else if (await FaultAsync(call, pubSub, topic))
        {
            return;
        }
        else
        {
            failed = await publisher.PublishAllAsync(pubSub, topic, entries);
        }

        if (failed.Count == 0)
        {
            await call.EmptyAsync();
            return;
        }

        var list = string.Join(',', failed.Select(f => $$"""{"entryId":{{Json(f.EntryId)}},"error":{{Json(f.Error)}}}"""));
        var answer = $$"""{"failedEntries":[{{list}}],"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE"}""";
        // The whole list goes into a header as well, however long it is (03-publish-bulk).
        call.SetHeader("Metadata.error", $"api error: code = Internal desc = error when publishing to topic {topic} in pubsub {pubSub}: {failed[0].Error}");
        call.SetHeader("Metadata.responsedata", answer);
        await call.JsonAsync(500, answer);
    }

    private const string Refused = "redis streams: error from publish: refused on purpose";

    private sealed class BulkException(Func<Call, Task> answer) : Exception
    {
        public Func<Call, Task> Answer => answer;
    }

    private List<BulkEntry> Entries(Call call, string pubSub, string topic, byte[] body)
    {
        using var json = GoJson.Parse(body);
        if (json.RootElement.ValueKind != JsonValueKind.Array)
        {
            throw new GoJsonException($"json: cannot unmarshal {GoJson.Kind(json.RootElement)} into Go value of type []http.bulkPublishMessageEntry");
        }

        var trace = TraceOf(call);
        HashSet<string> seen = [];
        List<BulkEntry> entries = [];
        foreach (var entry in json.RootElement.EnumerateArray())
        {
            var id = Text(entry, "entryId");
            if (string.IsNullOrEmpty(id) || !seen.Add(id))
            {
                const string why = "entryId is duplicated or not present for entry";
                throw new BulkException(c => UnreadableAsync(c, pubSub,
                    $"error marshaling events to bytes for topic {topic} pubsub {pubSub}. error: {why}", "DAPR_PUBSUB_MARSHAL_EVENTS", why));
            }

            Dictionary<string, string>? metadata = null;
            if (entry.TryGetProperty("metadata", out var given) && given.ValueKind == JsonValueKind.Object)
            {
                // Only an entry with metadata of its own, be it empty, gets those of the query.
                metadata = new(call.Metadata);
                foreach (var pair in given.EnumerateObject())
                {
                    metadata[pair.Name] = pair.Value.ToString();
                }
            }

            var contentType = Text(entry, "contentType") ?? "";
            var bytes = EventOf(entry, contentType, pubSub, topic);
            if (!IsRaw(call.Metadata))
            {
                try
                {
                    var span = samplingRate > 0 ? Trace.Of(trace.Parent, trace.State, samplingRate) : trace;
                    bytes = CloudEvents.Envelope(bytes, contentType, pubSub, topic, options.AppId, metadata ?? [], span, TimeProvider.System.GetUtcNow());
                }
                catch (GoJsonException problem)
                {
                    throw new BulkException(c => c.ErrorAsync(500, "ERR_PUBSUB_CLOUD_EVENTS_SER", "cannot create cloudevent",
                        (pubSub, "pubsub", "cannot create cloudevent"), "DAPR_PUBSUB_CLOUD_EVENT_CREATION", Reason(problem.Message)));
                }
            }

            entries.Add(new(id, bytes, metadata));
        }

        return entries;
    }

    /// <summary>The bytes of an entry's event: numbers go through doubles here already.</summary>
    private byte[] EventOf(JsonElement entry, string contentType, string pubSub, string topic)
    {
        var given = entry.TryGetProperty("event", out var value) ? value : JsonDocument.Parse("null").RootElement;
        if (CloudEvents.IsBinary(contentType) && given.ValueKind == JsonValueKind.String)
        {
            return given.TryGetBytesFromBase64(out var bytes) ? bytes
                : throw Mismatch("unable to decode base64 application/octect-stream data: illegal base64 data at input byte 0");
        }

        return CloudEvents.IsText(contentType) && given.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(given.GetString()!)
            : CloudEvents.IsJson(contentType) || CloudEvents.IsCloudEvent(contentType) ? GoJson.Bytes(given, GoJson.Numbers.Doubles)
            : throw Mismatch("mismatch between contentType and event");

        BulkException Mismatch(string why) => new(call => UnreadableAsync(call, pubSub,
            $"error when marshalling cloud event envelope for topic {topic} pubsub {pubSub}: error: {why}", "DAPR_PUBSUB_MARSHAL_ENVELOPE", $"error: {why}"));
    }

    private Task UnreadableAsync(Call call, string pubSub, string message, string reason, string? error) =>
        call.ErrorAsync(400, "ERR_PUBSUB_EVENTS_SER", message, (pubSub, "pubsub", message), reason, error is null ? new Dictionary<string, string> { ["appID"] = options.AppId } : Reason(error));

    private Dictionary<string, string> Reason(string error) => new() { ["appID"] = options.AppId, ["error"] = error };

    private static Task FailedAsync(Call call, string pubSub, string topic, string error)
    {
        var message = $"error when publishing to topic {topic} in pubsub {pubSub}: {error}";
        return call.ErrorAsync(500, "ERR_PUBSUB_PUBLISH_MESSAGE", message, (pubSub, "pubsub", message), "DAPR_PUBSUB_PUBLISH_MESSAGE",
            new Dictionary<string, string> { ["error"] = error, ["topic"] = topic });
    }

    private async Task<bool> FaultAsync(Call call, string pubSub, string topic)
    {
        if (options.Faults.HangsPublishes)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        }

        if (options.Faults.RefusesPublishes)
        {
            await FailedAsync(call, pubSub, topic, Refused);
        }

        return options.Faults.RefusesPublishes;
    }

    private static bool IsRaw(Dictionary<string, string> metadata) => metadata.TryGetValue("rawPayload", out var raw) && True.Contains(raw);

    private static async Task<bool> RawAsync(Call call, string pubSub)
    {
        if (!call.Metadata.TryGetValue("rawPayload", out var raw) || True.Contains(raw) || False.Contains(raw))
        {
            return true;
        }

        var message = $"failed deserializing metadata. Error: rawPayload value must be a valid boolean: actual is '{raw}'";
        await call.ErrorAsync(400, "ERR_PUBSUB_REQUEST_METADATA", message, (pubSub, "pubsub", message), "DAPR_PUBSUB_METADATA_DESERIALIZATION", call.Metadata);
        return false;
    }

    private async Task<bool> KnownAsync(Call call, string pubSub)
    {
        if (publisher.Knows(pubSub))
        {
            return true;
        }

        await call.ErrorAsync(404, "ERR_PUBSUB_NOT_FOUND", $"pubsub {pubSub} is not found", null, "DAPR_PUBSUB_NOT_FOUND", new Dictionary<string, string>());
        return false;
    }

    private Trace TraceOf(Call call) => Trace.Of(call.Header("traceparent"), call.Header("tracestate"), samplingRate);

    private static string? Text(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Json(string text) => Encoding.UTF8.GetString(GoJson.Text(text));
}
