using System.Text;
using System.Text.Json;
using Moodstream.Tests.Sidecar.PubSub;

namespace Moodstream.Tests.Sidecar.Api;

/// <summary>POST /v1.0/publish/… and /v1.0/publish/bulk/… (Dapr's contract, 1.1 to 1.3).</summary>
internal sealed class PublishApi(SidecarOptions options, Publisher publisher, double samplingRate)
{
    private const string Refused = "redis streams: error from publish: refused on purpose";

    public async Task SingleAsync(Call call, string pubSub, string topic)
    {
        var raw = await BeginAsync(call, pubSub);
        var data = await call.BodyAsync();
        if (!raw)
        {
            data = Envelope(data, null, call.Header("Content-Type") ?? "text/plain", pubSub, topic, call.Metadata, TraceOf(call));
        }

        var problem = options.Faults.Refuses() ? new DeliveryException(Refused) : await publisher.PublishAsync(pubSub, topic, data, call.Metadata);
        if (problem is null)
        {
            await call.EmptyAsync();
            return;
        }

        var message = $"error when publishing to topic {topic} in pubsub {pubSub}: {problem.Message}";
        await call.ErrorAsync(500, "ERR_PUBSUB_PUBLISH_MESSAGE", message, (pubSub, "pubsub", message), "DAPR_PUBSUB_PUBLISH_MESSAGE",
            new Dictionary<string, string> { ["error"] = problem.Message, ["topic"] = topic });
    }

    public async Task BulkAsync(Call call, string pubSub, string topic)
    {
        var raw = await BeginAsync(call, pubSub);
        var entries = Entries(call, pubSub, topic, await call.BodyAsync(), raw);
        var failed = options.Faults.Refuses() ? [.. entries.Select(e => (e.EntryId, Refused))] : await publisher.PublishAllAsync(pubSub, topic, entries);
        if (failed.Count == 0)
        {
            await call.EmptyAsync();
            return;
        }

        var list = string.Join(',', failed.Select(f => $$"""{"entryId":{{GoJson.Quote(f.EntryId)}},"error":{{GoJson.Quote(f.Error)}}}"""));
        var answer = $$"""{"failedEntries":[{{list}}],"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE"}""";
        // The whole list goes into a header as well, however long it is (03-publish-bulk).
        call.SetHeader("Metadata.error", $"api error: code = Internal desc = error when publishing to topic {topic} in pubsub {pubSub}: {failed[0].Error}");
        call.SetHeader("Metadata.responsedata", answer);
        await call.JsonAsync(500, answer);
    }

    /// <summary>Whether the payload is raw; hangs when told to.</summary>
    private async Task<bool> BeginAsync(Call call, string pubSub)
    {
        if (options.Faults.Hangs())
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Aborted);
        }

        var raw = call.Metadata.GetValueOrDefault("rawPayload");
        if (raw is not (null or "true" or "false"))
        {
            var message = $"failed deserializing metadata. Error: rawPayload value must be a valid boolean: actual is '{raw}'";
            throw new ApiException(c => c.ErrorAsync(400, "ERR_PUBSUB_REQUEST_METADATA", message, (pubSub, "pubsub", message), "DAPR_PUBSUB_METADATA_DESERIALIZATION", c.Metadata));
        }

        return raw == "true";
    }

    private List<BulkEntry> Entries(Call call, string pubSub, string topic, byte[] body, bool raw)
    {
        using var json = Array(pubSub, topic, body);
        var trace = TraceOf(call);
        HashSet<string> seen = [];
        List<BulkEntry> entries = [];
        foreach (var entry in json.RootElement.EnumerateArray())
        {
            var id = entry.TextAt("entryId");
            if (string.IsNullOrEmpty(id) || !seen.Add(id))
            {
                const string why = "entryId is duplicated or not present for entry";
                throw Unreadable(pubSub, $"error marshaling events to bytes for topic {topic} pubsub {pubSub}. error: {why}", "DAPR_PUBSUB_MARSHAL_EVENTS", why);
            }

            Dictionary<string, string>? metadata = null;
            if (entry.TryGetProperty("metadata", out var given))
            {
                // Only an entry with metadata of its own, be it empty, gets those of the query.
                metadata = new(call.Metadata);
                foreach (var pair in given.EnumerateObject())
                {
                    metadata[pair.Name] = pair.Value.ToString();
                }
            }

            var contentType = entry.TextAt("contentType") ?? "";
            var data = entry.TryGetProperty("event", out var value) ? value : JsonElement.Parse("null"u8);
            JsonElement? cloudEvent = !raw && CloudEvents.IsCloudEvent(contentType) ? data : null;
            var bytes = cloudEvent is null ? EventOf(data, contentType, pubSub, topic) : [];
            entries.Add(new(id, raw ? bytes : Envelope(bytes, cloudEvent, contentType, pubSub, topic, metadata ?? [], Trace.Of(trace.Parent, trace.State, samplingRate)), metadata));
        }

        return entries;
    }

    private JsonDocument Array(string pubSub, string topic, byte[] body)
    {
        try
        {
            var json = GoJson.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Array ? json
                : throw new GoJsonException($"json: cannot unmarshal {GoJson.Kind(json.RootElement)} into Go value of type []http.bulkPublishMessageEntry");
        }
        catch (GoJsonException problem)
        {
            throw Unreadable(pubSub, $"error when unmarshaling the request for topic {topic} pubsub {pubSub}: {problem.Message}", "DAPR_PUBSUB_UNMARSHAL_EVENTS", null);
        }
    }

    /// <summary>The bytes of an entry's event: numbers go through doubles here already.</summary>
    private byte[] EventOf(JsonElement given, string contentType, string pubSub, string topic)
    {
        if (CloudEvents.IsBinary(contentType) && given.ValueKind == JsonValueKind.String)
        {
            return given.TryGetBytesFromBase64(out var bytes) ? bytes
                : throw Mismatch("unable to decode base64 application/octect-stream data: illegal base64 data at input byte 0");
        }

        return CloudEvents.IsText(contentType) && given.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(given.GetString()!)
            : CloudEvents.IsJson(contentType) || CloudEvents.IsCloudEvent(contentType) ? GoJson.Bytes(given, doubles: true)
            : throw Mismatch("mismatch between contentType and event");

        ApiException Mismatch(string why) => Unreadable(pubSub,
            $"error when marshalling cloud event envelope for topic {topic} pubsub {pubSub}: error: {why}", "DAPR_PUBSUB_MARSHAL_ENVELOPE", $"error: {why}");
    }

    private byte[] Envelope(byte[] body, JsonElement? cloudEvent, string contentType, string pubSub, string topic, Dictionary<string, string> metadata, Trace trace)
    {
        try
        {
            return CloudEvents.Envelope(body, cloudEvent, contentType, pubSub, topic, options.AppId, metadata, trace, TimeProvider.System.GetUtcNow());
        }
        catch (GoJsonException problem)
        {
            throw new ApiException(c => c.ErrorAsync(500, "ERR_PUBSUB_CLOUD_EVENTS_SER", "cannot create cloudevent", (pubSub, "pubsub", "cannot create cloudevent"),
                "DAPR_PUBSUB_CLOUD_EVENT_CREATION", Reason(problem.Message)));
        }
    }

    private ApiException Unreadable(string pubSub, string message, string reason, string? error) =>
        new(call => call.ErrorAsync(400, "ERR_PUBSUB_EVENTS_SER", message, (pubSub, "pubsub", message), reason, Reason(error)));

    private Dictionary<string, string> Reason(string? error)
    {
        var reason = new Dictionary<string, string> { ["appID"] = options.AppId };
        if (error is not null)
        {
            reason["error"] = error;
        }

        return reason;
    }

    private Trace TraceOf(Call call) => Trace.Of(call.Header("traceparent"), call.Header("tracestate"), samplingRate);
}
