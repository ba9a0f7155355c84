using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.Sidecar.Deliveries;

/// <summary>The answers to deliveries (Dapr's contract, 2.4 and 2.5). Statuses are spelt in capitals, by letter.</summary>
internal static class DeliveryAnswer
{
    /// <summary>To a single delivery: done.</summary>
    public static readonly ReadOnlyMemory<byte> Success = """{"status":"SUCCESS"}"""u8.ToArray();

    /// <summary>To a single delivery: again later.</summary>
    public static readonly ReadOnlyMemory<byte> Retry = """{"status":"RETRY"}"""u8.ToArray();

    /// <summary>To a bulk delivery: an entry that has no status comes again.</summary>
    public static readonly ReadOnlyMemory<byte> RetryAll = """{"statuses":[]}"""u8.ToArray();

    /// <summary>To a bulk delivery: one status per entry id. Of entries with one id all must be done.</summary>
    public static ReadOnlyMemory<byte> Statuses(
        IReadOnlyList<BulkEntry> entries, IReadOnlyList<EventOutcome> outcomes)
    {
        var retried = entries.Where((_, i) => outcomes[i] is EventOutcome.Retry).Select(e => e.Id)
            .ToHashSet(StringComparer.Ordinal);
        var output = new ArrayBufferWriter<byte>(64 * entries.Count + 32);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartArray("statuses"u8);
            foreach (var id in entries.Select(e => e.Id).Distinct(StringComparer.Ordinal))
            {
                json.WriteStartObject();
                json.WriteString("entryId"u8, id);
                json.WriteString("status"u8, retried.Contains(id) ? "RETRY"u8 : "SUCCESS"u8);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    public static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }
}
