using System.Text.Json;
using Moodstream.BuildingBlocks.State;
using Moodstream.Ingestor.Settlement;

namespace Moodstream.Ingestor.Leasing;

/// <summary>
/// Sees to it that one ingestor at a time reads a source: a record with owner and expiry in the state store. Used by
/// one loop at a time.
/// </summary>
/// <remarks>
/// A lease whose holder died is free at once if the holder ran on this machine; otherwise when it has expired for as
/// long as it lasts (the clocks of two machines differ), or when nobody renewed it for as long as it lasts.
/// Two that take a key that was never written at the same moment both succeed; the first renewal of one of them fails.
/// A holder that cannot renew goes on: while the store is away nobody can take the lease, and where it is away for this
/// holder alone, the first renewal that gets through tells. Until then two may read the source; they publish the same
/// posts under the same ids, of which sinks drop repeats.
/// </remarks>
internal sealed class SourceLease(
    IStateStore store,
    SourceKey source,
    LeaseOwner owner,
    TimeSpan duration,
    TimeProvider clock,
    ILogger<SourceLease> logger)
{
    private readonly TimeSpan _renewInterval = duration / 3;
    private string? _etag;

    /// <summary>Takes the lease; waits to see whether the holder of one that is taken still lives.</summary>
    /// <exception cref="SourceInUseException">The holder lives: it renewed meanwhile, or took it first.</exception>
    public async Task AcquireAsync(CancellationToken cancellationToken)
    {
        var found = await store.GetAsync(source.Lease, cancellationToken);
        if (found is { } entry && Read(entry) is { Owner: { } holder } lease && !IsFree(lease))
        {
            logger.WaitingForLease(source.Name, holder);
            await WatchAsync(entry.ETag, holder, cancellationToken);
        }

        if (!await WriteAsync(owner, found?.ETag, cancellationToken))
        {
            throw new SourceInUseException(source.Name, await ReadOwnerAsync(cancellationToken));
        }
    }

    /// <summary>Renews the lease again and again; a store in trouble is tried again without end.</summary>
    /// <exception cref="SourceInUseException">Somebody else has it now: reading must stop at once.</exception>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        var isOverdue = false;
        var renewed = clock.GetTimestamp();
        using var timer = new PeriodicTimer(_renewInterval, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await RenewAsync(cancellationToken);
                renewed = clock.GetTimestamp();
                isOverdue = false;
            }
            catch (Exception e) when (e is not (OperationCanceledException or SourceInUseException))
            {
                if (!isOverdue)
                {
                    logger.NotRenewed(source.Name, e.Reason());
                    isOverdue = clock.GetElapsedTime(renewed) >= duration; // Said once more, and then no more.
                }
            }
        }
    }

    /// <summary>Renews the lease once.</summary>
    /// <exception cref="SourceInUseException">Somebody else has it now.</exception>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        if (await WriteAsync(owner, _etag, cancellationToken))
        {
            return;
        }

        // A renewal whose answer was lost has another etag than this holder knows; a store that came back empty has none.
        var found = await store.GetAsync(source.Lease, cancellationToken);
        var holder = found is { } entry ? Read(entry)?.Owner : null;
        if ((holder is not null && holder != owner)
            || !await WriteAsync(owner, found?.ETag ?? StateEntry.NeverETag, cancellationToken))
        {
            throw new SourceInUseException(source.Name, holder ?? await ReadOwnerAsync(cancellationToken));
        }
    }

    /// <summary>Lets go; does nothing when the lease was lost. Where the store is in trouble it runs out by itself.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(null, _etag, cancellationToken);
        }
        catch (Exception e)
        {
            logger.NotReleased(source.Name, e.Reason());
        }
    }

    private bool IsFree(LeaseRecord lease) =>
        lease.Owner is null || lease.Owner.IsGone() || clock.GetUtcNow() > lease.ExpiresAt + duration;

    private async Task WatchAsync(string etag, LeaseOwner holder, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; waited < duration; waited += _renewInterval)
        {
            await Task.Delay(_renewInterval, clock, cancellationToken);
            if ((await store.GetAsync(source.Lease, cancellationToken))?.ETag is var now && now != etag)
            {
                throw new SourceInUseException(source.Name, holder);
            }
        }
    }

    private async Task<bool> WriteAsync(LeaseOwner? holder, string? etag, CancellationToken cancellationToken)
    {
        var record = new LeaseRecord { Owner = holder, ExpiresAt = clock.GetUtcNow() + duration };
        var json = JsonSerializer.SerializeToUtf8Bytes(record, IngestorJson.Default.LeaseRecord);
        if (!await store.SetAsync(source.Lease, json, etag, cancellationToken))
        {
            return false;
        }

        // The store does not tell the etag it gave, so it is read; a record of somebody else means the lease is lost.
        var written = await store.GetAsync(source.Lease, cancellationToken);
        _etag = written?.ETag;
        return written is { } entry && Read(entry)?.Owner == holder;
    }

    private async Task<LeaseOwner?> ReadOwnerAsync(CancellationToken cancellationToken) =>
        await store.GetAsync(source.Lease, cancellationToken) is { } entry ? Read(entry)?.Owner : null;

    // A record that cannot be read protects nobody: it is treated as free and written anew.
    private static LeaseRecord? Read(StateEntry entry)
    {
        try
        {
            return JsonSerializer.Deserialize(entry.Value.Span, IngestorJson.Default.LeaseRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
