using System.Text;
using System.Text.Json;

namespace Moodstream.Tests.Sidecar.PubSub;

/// <summary>Envelopes as daprd builds them (Dapr's contract, 1.1; 02a-publish-single, 03-publish-bulk).</summary>
internal static class CloudEvents
{
    public static bool IsCloudEvent(string contentType) => MediaType(contentType) == "application/cloudevents+json";

    public static bool IsJson(string contentType) => MediaType(contentType) == "application/json";

    public static bool IsBinary(string contentType) => MediaType(contentType) == "application/octet-stream";

    public static bool IsText(string contentType) =>
        MediaType(contentType) is var type && (type.StartsWith("text/", StringComparison.Ordinal) || type == "application/xml");

    /// <summary>The bytes to store for one published body, or for an entry of many that is an event and has been parsed.</summary>
    public static byte[] Envelope(byte[] body, JsonElement? cloudEvent, string contentType, string pubSub, string topic, string appId,
        IReadOnlyDictionary<string, string> metadata, Trace trace, DateTimeOffset now)
    {
        SortedDictionary<string, byte[]> members;
        if (IsCloudEvent(contentType))
        {
            members = cloudEvent is { } parsed ? GoJson.Members(parsed, doubles: true) : GoJson.Members(body);
            // Trap: with no traceid an own traceparent is overwritten (Dapr's contract, 1.1).
            if (!members.TryGetValue("traceid", out var own) || own is [(byte)'"', (byte)'"'])
            {
                members["traceid"] = members["traceparent"] = GoJson.Text(trace.Parent);
                members["tracestate"] = GoJson.Text(trace.State);
            }

            members.TryAdd("tracestate", GoJson.Text(trace.State));
            members.TryAdd("source", GoJson.Text("Dapr"));
            members.TryAdd("type", GoJson.Text("com.dapr.event.sent"));
            members.TryAdd("specversion", GoJson.Text("1.0"));
        }
        else
        {
            var given = metadata.Where(p => p.Key.StartsWith("cloudevent.", StringComparison.OrdinalIgnoreCase))
                .ToDictionary(p => p.Key["cloudevent.".Length..].ToLowerInvariant(), p => p.Value);
            string Value(string name, string otherwise) => given.GetValueOrDefault(name) is { Length: > 0 } value ? value : otherwise;
            var parent = Value("traceparent", Value("traceid", trace.Parent));
            members = new(StringComparer.Ordinal)
            {
                ["id"] = GoJson.Text(Value("id", Trace.NewId())),
                ["specversion"] = GoJson.Text("1.0"),
                ["source"] = GoJson.Text(Value("source", appId)),
                ["type"] = GoJson.Text(Value("type", "com.dapr.event.sent")),
                ["datacontenttype"] = GoJson.Text(contentType),
                ["traceid"] = GoJson.Text(parent),
                ["traceparent"] = GoJson.Text(parent),
                ["tracestate"] = GoJson.Text(Value("tracestate", trace.State)),
            };
            if (given.GetValueOrDefault("subject") is { Length: > 0 } subject)
            {
                members["subject"] = GoJson.Text(subject);
            }

            members[IsBinary(contentType) ? "data_base64" : "data"] = Data(body, contentType);
        }

        members["topic"] = GoJson.Text(topic);
        members["pubsubname"] = GoJson.Text(pubSub);
        members.TryAdd("time", GoJson.Text(now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null)));
        // Zero, negative and unreadable values count as none.
        if (long.TryParse(metadata.GetValueOrDefault("ttlInSeconds"), out var seconds) && seconds > 0)
        {
            members["expiration"] = GoJson.Text(now.AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null));
        }

        return GoJson.Object(members);
    }

    private static byte[] Data(byte[] body, string contentType)
    {
        if (IsBinary(contentType))
        {
            return GoJson.Text(Convert.ToBase64String(body));
        }

        if (IsJson(contentType))
        {
            try
            {
                using var document = JsonDocument.Parse(body);
                return GoJson.Bytes(document.RootElement);
            }
            catch (JsonException)
            {
                // Kept as text, without a word.
            }
        }

        return GoJson.Text(Encoding.UTF8.GetString(body));
    }

    private static string MediaType(string contentType) => contentType.Split(';')[0].Trim().ToLowerInvariant();
}
