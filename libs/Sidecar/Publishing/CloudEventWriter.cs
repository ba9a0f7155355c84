using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.Sidecar.Publishing;

/// <summary>
/// Writes entries of a bulk publish whose events are CloudEvents of our own: the sidecar makes no id for an event that
/// has none (Dapr's contract, 1.1 and 1.3; <c>03-publish-bulk.json</c>).
/// </summary>
/// <param name="source">App id.</param>
internal sealed class CloudEventWriter(string source)
{
    /// <summary>Media type of a CloudEvent in JSON.</summary>
    public const string MediaType = "application/cloudevents+json";

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Writes one entry. It has no <c>metadata</c>: nothing is to be inherited from the request, and the name
    /// <c>content-type</c> there would turn the event into another one (Dapr's contract, 2.3).
    /// </summary>
    /// <param name="output">Takes the entry's JSON; holds part of it when this method fails.</param>
    /// <param name="entryId">Unique within the call.</param>
    /// <param name="topic">Topic, which the event's type is named after.</param>
    /// <param name="published">The event.</param>
    /// <param name="at">When it is published.</param>
    /// <returns>Why it cannot be written; null when it was.</returns>
    public string? TryWrite(
        IBufferWriter<byte> output, int entryId, string topic, OutgoingEvent published, DateTimeOffset at)
    {
        if (string.IsNullOrEmpty(published.Id))
        {
            return "an event's id has at least one character";
        }

        using var json = new Utf8JsonWriter(output, Relaxed);
        json.WriteStartObject();
        json.WriteString("entryId"u8, entryId.ToString(CultureInfo.InvariantCulture));
        json.WriteString("contentType"u8, MediaType);
        json.WriteStartObject("event"u8);
        json.WriteString("specversion"u8, "1.0"u8);
        json.WriteString("id"u8, published.Id);
        json.WriteString("source"u8, source);
        json.WriteString("type"u8, $"moodstream.{topic}");
        json.WriteString("subject"u8, published.Id);
        json.WriteString("time"u8, at.UtcDateTime);
        json.WriteString("datacontenttype"u8, "application/json"u8);
        WriteTrace(json);
        json.WritePropertyName("data"u8);
        try
        {
            json.WriteRawValue(published.Data.Span);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            json.Reset();
            return $"an event's data is UTF-8 JSON: {exception.Message}";
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return null;
    }

    // Both: the sidecar overwrites a traceparent that comes without a traceid (Dapr's contract, 1.1;
    // 02d-publish-tracing.json), where each holds the whole trace context.
    private static void WriteTrace(Utf8JsonWriter json)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } context } activity)
        {
            json.WriteString("traceid"u8, context);
            json.WriteString("traceparent"u8, context);
            if (activity.TraceStateString is { Length: > 0 } state)
            {
                json.WriteString("tracestate"u8, state);
            }
        }
    }
}
