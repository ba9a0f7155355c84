using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Moodstream.Sidecar.State;

/// <summary>
/// Bodies of the state API (Dapr's contract, 4; <c>07-state.json</c>). A value goes as a JSON text of its own JSON:
/// the sidecar would sort or shuffle the members of an object and turn its numbers into doubles, and whoever compares
/// what was read with what was written would find another value.
/// </summary>
internal static class StateBody
{
    private const int MaxEscapeBytes = 6;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly SearchValues<byte> Escaped =
        SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, ' ').Select(c => (byte)c)]);

    /// <summary>One item to save.</summary>
    public static ReadOnlyMemory<byte> Save(StateChange change)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, Relaxed))
        {
            json.WriteStartArray();
            WriteItem(json, change);
            json.WriteEndArray();
        }

        return output.WrittenMemory;
    }

    /// <summary>Several changes as one.</summary>
    public static ReadOnlyMemory<byte> Transaction(IReadOnlyList<StateChange> changes)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, Relaxed))
        {
            json.WriteStartObject();
            json.WritePropertyName("operations"u8);
            WriteOperations(json, changes);
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    /// <summary>Several changes of an actor's state as one: the operations alone (Dapr's contract, 5.3).</summary>
    public static ReadOnlyMemory<byte> ActorTransaction(IReadOnlyList<StateChange> changes)
    {
        var output = new ArrayBufferWriter<byte>(256 + changes.Sum(c => (c.Value?.Length ?? 0) * 17 / 16));
        using (var json = new Utf8JsonWriter(output, Relaxed))
        {
            WriteOperations(json, changes);
        }

        return output.WrittenMemory;
    }

    /// <summary>Reads a value back.</summary>
    /// <param name="body">What the sidecar answered.</param>
    /// <returns>The value as it was written; what somebody else wrote, as it is.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidOperationException">It is no UTF-8.</exception>
    public static ReadOnlyMemory<byte> Value(ReadOnlyMemory<byte> body)
    {
        var reader = new Utf8JsonReader(body.Span);
        reader.Read();
        if (reader.TokenType is not JsonTokenType.String)
        {
            return body;
        }

        var value = new byte[reader.ValueSpan.Length];
        return value.AsMemory(0, reader.CopyString(value));
    }

    private static void WriteOperations(Utf8JsonWriter json, IReadOnlyList<StateChange> changes)
    {
        json.WriteStartArray();
        foreach (var change in changes)
        {
            json.WriteStartObject();
            json.WriteString("operation"u8, change.Value is null ? "delete"u8 : "upsert"u8);
            json.WritePropertyName("request"u8);
            WriteItem(json, change);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // No options: last-write by name would discard the etag, and first-write marks the key for good, after which a
    // write without an etag is refused (Dapr's contract, 3.5). The etag alone is compared.
    private static void WriteItem(Utf8JsonWriter json, StateChange change)
    {
        json.WriteStartObject();
        json.WriteString("key"u8, change.Key);
        if (change.Value is { } value)
        {
            json.WritePropertyName("value"u8);
            WriteText(json, value.Span);
        }

        if (change.ETag is not null)
        {
            json.WriteString("etag"u8, change.ETag);
        }

        if (change.TimeToLive is { } life)
        {
            json.WriteStartObject("metadata"u8);
            var seconds = (long)Math.Ceiling(life.TotalSeconds);
            json.WriteString("ttlInSeconds"u8, seconds.ToString(CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    // A JSON text as the content of another. The writer would look at each byte by itself, which was most of what saving
    // 100 kB cost the processor; nearly all of them go as they are.
    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> value)
    {
        if (!Utf8.IsValid(value))
        {
            throw new ArgumentException("a value is UTF-8 JSON, and this is no UTF-8");
        }

        var rented = ArrayPool<byte>.Shared.Rent(2 + value.Length + (value.CountAny(Escaped) * (MaxEscapeBytes - 1)));
        var text = rented.AsSpan();
        Append(ref text, "\""u8);
        for (var at = value.IndexOfAny(Escaped); at >= 0; at = value.IndexOfAny(Escaped))
        {
            Append(ref text, value[..at]);
            if (value[at] is (byte)'"' or (byte)'\\')
            {
                Append(ref text, [(byte)'\\', value[at]]);
            }
            else
            {
                Utf8.TryWrite(text, $"\\u{value[at]:x4}", out var written);
                text = text[written..];
            }

            value = value[(at + 1)..];
        }

        Append(ref text, value);
        Append(ref text, "\""u8);
        json.WriteRawValue(rented.AsSpan(0, rented.Length - text.Length), skipInputValidation: true);
        ArrayPool<byte>.Shared.Return(rented);
    }

    private static void Append(ref Span<byte> rest, scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }
}
