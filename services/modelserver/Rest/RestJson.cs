using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Moodstream.ModelServer.Rest;

/// <summary>How answers are written.</summary>
internal static class RestJson
{
    // What goes out is never part of a page, so that only JSON's own characters need be escaped.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A writer, to be disposed when the answer is whole.</summary>
    public static Utf8JsonWriter CreateWriter(IBufferWriter<byte> json) => new(json, Options);

    /// <summary>Writes <c>{"error": "…"}</c>.</summary>
    public static void WriteError(string message, IBufferWriter<byte> json)
    {
        using var writer = CreateWriter(json);
        writer.WriteStartObject();
        writer.WriteString("error", message);
        writer.WriteEndObject();
    }
}
