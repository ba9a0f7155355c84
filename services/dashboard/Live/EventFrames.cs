using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Moodstream.Dashboard.Board;

namespace Moodstream.Dashboard.Live;

/// <summary>
/// Server-sent events (HTML standard, 9.2.6): lines of <c>field: value</c>, ended by an empty one. JSON is written
/// without line breaks, so one <c>data:</c> line holds it.
/// </summary>
/// <remarks>
/// <code>
/// retry: 1000
/// id: RUN-NUMBER, event: snapshot,
///     data: {"reason":…,"missed":n,"now":…,"state":{…},"posts":[…],"deleted":[…]}
/// id: RUN-NUMBER, event: posts, data: {"posts":[…],"deleted":[…]}
/// event: stats, data: {"now":…,"state":{…}}
/// : beat
/// </code>
/// </remarks>
internal static class EventFrames
{
    public static void WriteRetry(IBufferWriter<byte> writer, TimeSpan delay) =>
        writer.Write(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"retry: {(long)delay.TotalMilliseconds}\n\n")));

    public static void WriteHeartbeat(IBufferWriter<byte> writer) => writer.Write(": beat\n\n"u8);

    public static void WriteSnapshot(
        IBufferWriter<byte> writer, EventId id, SnapshotHead head, ReadOnlySpan<byte> state, RingSlice slice)
    {
        WriteId(writer, id);
        writer.Write("event: snapshot\ndata: "u8);
        WriteSnapshotJson(writer, head, state, slice);
        writer.Write("\n\n"u8);
    }

    public static void WriteSnapshotJson(
        IBufferWriter<byte> writer, SnapshotHead head, ReadOnlySpan<byte> state, RingSlice slice)
    {
        writer.Write("{\"reason\":\""u8);
        writer.Write(ReasonName(head.Reason));
        writer.Write(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"\",\"missed\":{head.Missed},")));
        WriteState(writer, head.Now, state);
        writer.Write(","u8);
        WriteEntries(writer, slice);
        writer.Write("}"u8);
    }

    public static void WritePosts(IBufferWriter<byte> writer, EventId id, RingSlice slice)
    {
        WriteId(writer, id);
        writer.Write("event: posts\ndata: {"u8);
        WriteEntries(writer, slice);
        writer.Write("}\n\n"u8);
    }

    public static void WriteStats(IBufferWriter<byte> writer, DateTimeOffset now, ReadOnlySpan<byte> state)
    {
        writer.Write("event: stats\ndata: {"u8);
        WriteState(writer, now, state);
        writer.Write("}\n\n"u8);
    }

    private static void WriteId(IBufferWriter<byte> writer, EventId id) =>
        writer.Write(Encoding.UTF8.GetBytes($"id: {id}\n"));

    private static void WriteState(IBufferWriter<byte> writer, DateTimeOffset now, ReadOnlySpan<byte> state)
    {
        writer.Write(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"\"now\":\"{now.UtcDateTime:O}\",\"state\":")));
        writer.Write(state);
    }

    private static void WriteEntries(IBufferWriter<byte> writer, RingSlice slice)
    {
        writer.Write("\"posts\":["u8);
        var first = true;
        foreach (var post in slice.Posts)
        {
            writer.Write(first ? [] : ","u8);
            writer.Write(post);
            first = false;
        }

        writer.Write("],\"deleted\":["u8);
        first = true;
        foreach (var id in slice.Deleted)
        {
            writer.Write(first ? "\""u8 : ",\""u8);
            writer.Write(JsonEncodedText.Encode(id).EncodedUtf8Bytes);
            writer.Write("\""u8);
            first = false;
        }

        writer.Write("]"u8);
    }

    private static ReadOnlySpan<byte> ReasonName(SnapshotReason reason) => reason switch
    {
        SnapshotReason.Connected => "connected"u8,
        SnapshotReason.Restarted => "restarted"u8,
        SnapshotReason.Behind => "behind"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "expected a reason of the closed set"),
    };
}

/// <summary>Why a client gets a snapshot, and what it did not get.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Missed">Entries that passed this client and are no longer kept.</param>
/// <param name="Now">The dashboard's clock, for ages on another machine's screen.</param>
internal readonly record struct SnapshotHead(SnapshotReason Reason, long Missed, DateTimeOffset Now);

/// <summary>Why a client gets a snapshot.</summary>
internal enum SnapshotReason
{
    /// <summary>It has seen nothing yet.</summary>
    Connected,

    /// <summary>Its position is of another life of the dashboard: all that this one keeps is new to it.</summary>
    Restarted,

    /// <summary>It stayed away, or reads, so long that entries it has not seen are no longer kept.</summary>
    Behind,
}
