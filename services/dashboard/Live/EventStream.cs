using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Moodstream.Dashboard.Board;

namespace Moodstream.Dashboard.Live;

/// <summary>
/// Writes one client's events. A client has no queue, only a position in the board's ring: live, resumed and slow are
/// the same, and one that reads too slowly is passed by the ring and gets a snapshot instead of what it missed.
/// </summary>
internal sealed class EventStream(
    MoodBoard board, LiveFeed feed, Clients clients, IOptions<DashboardOptions> options, TimeProvider clock)
{
    /// <summary>Most posts in one event.</summary>
    private const int MaxPosts = 1000;

    /// <summary>Bytes of posts after which an event is closed and sent.</summary>
    private const int MaxBytes = 256 * 1024;

    private readonly DashboardOptions _options = options.Value;

    /// <summary>Writes until cancelled.</summary>
    /// <param name="writer">The response; its back-pressure is what makes a client slow.</param>
    /// <param name="lastEventId">What the client has seen, as it says; null or empty when it has seen nothing.</param>
    /// <param name="cancellationToken">The client left or the host stops.</param>
    public async Task WriteAsync(PipeWriter writer, string? lastEventId, CancellationToken cancellationToken)
    {
        var beat = feed.NextBeat;
        var position = Begin(writer, lastEventId);
        await writer.FlushAsync(cancellationToken);
        while (true)
        {
            if (!position.More)
            {
                await beat.WaitAsync(cancellationToken);
            }

            beat = feed.NextBeat;
            position = Continue(writer, position);
            await writer.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Writes what a new client gets first, as one JSON document.</summary>
    public void WriteSnapshotJson(PipeWriter writer)
    {
        var state = StateJson();
        var slice = board.ReadPosts(BeforeNewest(), MaxPosts, MaxBytes);
        EventFrames.WriteSnapshotJson(
            writer, new SnapshotHead(SnapshotReason.Connected, Missed: 0, clock.GetUtcNow()), state, slice);
    }

    private Position Begin(PipeWriter writer, string? lastEventId)
    {
        EventFrames.WriteRetry(writer, _options.ReconnectDelay);
        if (string.IsNullOrEmpty(lastEventId))
        {
            var start = BeforeNewest();
            return Snapshot(writer, SnapshotReason.Connected, seen: start, after: start);
        }

        // A number this run has not reached is not of this run, whatever it says.
        if (EventId.Parse(lastEventId) is not { } seen || seen.Run != feed.Run || seen.Number > board.Newest)
        {
            return Snapshot(writer, SnapshotReason.Restarted, seen: 0, after: 0);
        }

        return Continue(writer, new Position(seen.Number, StatsVersion: 0, More: true));
    }

    private Position Continue(PipeWriter writer, Position position)
    {
        var slice = board.ReadPosts(position.Number, MaxPosts, MaxBytes);
        if (slice.Missed > 0)
        {
            return Snapshot(writer, SnapshotReason.Behind, position.Number, BeforeNewest());
        }

        var stats = feed.Stats;
        var hasPosts = slice.Last > position.Number;
        var hasStats = stats.Version > position.StatsVersion;
        if (hasPosts)
        {
            EventFrames.WritePosts(writer, new EventId(feed.Run, slice.Last), slice);
        }

        if (hasStats)
        {
            EventFrames.WriteStats(writer, clock.GetUtcNow(), stats.Json);
        }

        if (!hasPosts && !hasStats)
        {
            EventFrames.WriteHeartbeat(writer);
        }

        return new Position(slice.Last, stats.Version, slice.More);
    }

    // The counts are read before the posts, and their version before both: what is then sent again is newer.
    private Position Snapshot(PipeWriter writer, SnapshotReason reason, long seen, long after)
    {
        var statsVersion = feed.Stats.Version;
        var state = StateJson();
        var slice = board.ReadPosts(after, MaxPosts, MaxBytes);
        var missed = after + slice.Missed - seen;
        if (missed > 0)
        {
            clients.FellBehind(missed);
        }

        EventFrames.WriteSnapshot(
            writer,
            new EventId(feed.Run, slice.Last),
            new SnapshotHead(reason, missed, clock.GetUtcNow()),
            state,
            slice);
        return new Position(slice.Last, statsVersion, slice.More);
    }

    private byte[] StateJson() =>
        JsonSerializer.SerializeToUtf8Bytes(board.ReadState(), DashboardJson.Wire.BoardState);

    private long BeforeNewest() => board.PositionBefore(_options.SnapshotPosts);

    /// <param name="Number">The last entry written.</param>
    /// <param name="StatsVersion">The last counts written.</param>
    /// <param name="More">Whether there are entries to write at once.</param>
    private readonly record struct Position(long Number, long StatsVersion, bool More);
}
