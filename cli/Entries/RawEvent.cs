using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Moodstream.Contracts;
using Moodstream.Redis;

namespace Moodstream.Cli.Entries;

/// <summary>
/// An event of <see cref="Topics.Raw"/> as an outside writer puts it into the stream: a whole CloudEvent in <c>data</c>,
/// an empty object in <c>metadata</c> (tests/data/dapr-traces/04j-routing-raw-expired.json).
/// </summary>
internal static class RawEvent
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyList<StreamField> Write(string id, JsonElement data)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("specversion"u8, "1.0"u8);
            json.WriteString("id"u8, id);
            json.WriteString("source"u8, "moodstream-cli"u8);
            json.WriteString("type"u8, $"moodstream.{Topics.Raw}");
            json.WriteString("datacontenttype"u8, "application/json"u8);
            json.WriteString("topic"u8, Topics.Raw);
            json.WriteString("pubsubname"u8, Components.Messages);
            json.WritePropertyName("data"u8);
            json.WriteRawValue(data.GetRawText()); // not written anew: it is the same to the byte
            json.WriteEndObject();
        }

        return [new("data", buffer.WrittenMemory), new("metadata", "{}"u8.ToArray())];
    }
}
