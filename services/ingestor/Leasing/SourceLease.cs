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

    /// <summary>Renews the lease again and again.</summary>
    /// <exception cref="SourceInUseException">Somebody else has it now: reading must stop at once.</exception>
    /// <exception cref="TimeoutException">
    /// The store was in trouble for so long that somebody else may take it.
    /// </exception>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        var renewed = clock.GetTimestamp();
        using var timer = new PeriodicTimer(_renewInterval, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await RenewAsync(cancellationToken);
                renewed = clock.GetTimestamp();
            }
            catch (Exception e) when (e is not (OperationCanceledException or SourceInUseException))
            {
                if (clock.GetElapsedTime(renewed) >= duration)
                {
                    throw new TimeoutException(
                        $"the lease of source '{source.Name}' could not be renewed for {duration}", e);
                }

                logger.NotRenewed(source.Name, e);
            }
        }
    }

    /// <summary>Renews the lease once.</summary>
    /// <exception cref="SourceInUseException">Somebody else has it now.</exception>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        if (!await WriteAsync(owner, _etag, cancellationToken))
        {
            throw new SourceInUseException(source.Name, await ReadOwnerAsync(cancellationToken));
        }
    }

    /// <summary>Lets go; does nothing when the lease was lost.</summary>
    public Task ReleaseAsync(CancellationToken cancellationToken) => WriteAsync(null, _etag, cancellationToken);

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
