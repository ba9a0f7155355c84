using System.Text.Json;

namespace Moodstream.Sidecar.Deliveries;

/// <summary>
/// The body of a bulk delivery: an object with an array <c>entries</c> of objects with <c>entryId</c> and
/// <c>event</c>, in any order of members (Dapr's contract, 2.5; <c>05a-bulk-shape.json</c> has the order that comes).
/// </summary>
internal static class BulkBody
{
    /// <summary>Reads the entries.</summary>
    /// <param name="body">The body, or its beginning.</param>
    /// <param name="isWhole">
    /// Whether it ends where it ends. Of a beginning the entries that are there are read; if not even the first is,
    /// the first with what is there of its event.
    /// </param>
    /// <param name="fault">What was expected and what came, where it is no such body; then nobody is to answer it.</param>
    public static IReadOnlyList<BulkEntry> Read(ReadOnlyMemory<byte> body, bool isWhole, out string? fault)
    {
        var entries = new List<BulkEntry>();
        try
        {
            var reader = new Utf8JsonReader(body.Span, isFinalBlock: isWhole, state: default);
            fault = Read(ref reader, body, entries);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            fault = $"expected JSON: {exception.Message}";
        }

        return entries;
    }

    private static string? Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, List<BulkEntry> entries)
    {
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
        {
            return $"expected an object, got a {reader.TokenType}";
        }

        var hasEntries = false;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isEntries = reader.ValueTextEquals("entries"u8);
            if (!isEntries)
            {
                if (!reader.TrySkip())
                {
                    break;
                }

                continue;
            }

            if (hasEntries || !reader.Read() || reader.TokenType is not JsonTokenType.StartArray)
            {
                return "entries: expected an array, once";
            }

            hasEntries = true;
            if (ReadEntries(ref reader, body, entries) is { } fault)
            {
                return fault;
            }

            if (!reader.IsFinalBlock)
            {
                return null; // Of a beginning nothing but the entries is of use.
            }
        }

        return hasEntries ? null : "entries: expected an array, got none";
    }

    private static string? ReadEntries(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, List<BulkEntry> entries)
    {
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            if (reader.TokenType is not JsonTokenType.StartObject)
            {
                return $"entries: expected objects, got a {reader.TokenType}";
            }

            var start = (int)reader.TokenStartIndex;
            var entry = ReadEntry(ref reader, body, start, out var isWhole);

            // Nobody can answer an entry without an id; what is cut off comes again, and alone sooner or later.
            if (entry.Id.Length > 0 && (isWhole || entries.Count == 0))
            {
                entries.Add(entry);
            }

            if (!isWhole)
            {
                return null;
            }
        }

        return null;
    }

    private static BulkEntry ReadEntry(
        ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, int start, out bool isWhole)
    {
        var id = "";
        var json = ReadOnlyMemory<byte>.Empty;
        isWhole = false;
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndObject)
            {
                isWhole = true;
                return new BulkEntry(id, json, IsWhole: true);
            }

            var isId = reader.ValueTextEquals("entryId"u8);
            var isEvent = reader.ValueTextEquals("event"u8);
            if (!reader.Read())
            {
                break;
            }

            var from = (int)reader.TokenStartIndex;
            id = isId && reader.TokenType is JsonTokenType.String ? reader.GetString()! : id; // is a string
            if (!reader.TrySkip())
            {
                break;
            }

            json = isEvent ? body[from..(int)reader.BytesConsumed] : json;
        }

        return new BulkEntry(id, body[start..], IsWhole: false);
    }
}

/// <summary>An entry of a bulk delivery.</summary>
/// <param name="Id">What it is answered under; new at each delivery.</param>
/// <param name="Event">Its event, or as much of the entry as came; empty when it has none.</param>
/// <param name="IsWhole">Whether it came whole.</param>
internal readonly record struct BulkEntry(string Id, ReadOnlyMemory<byte> Event, bool IsWhole);
