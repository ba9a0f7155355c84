using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.State;

namespace Moodstream.BuildingBlocks.InProcess.Actors;

/// <summary>All actors of one type in this process.</summary>
internal sealed class ActorTypeHost(
    ActorBinding binding,
    IServiceProvider services,
    IStateStore store,
    ActorMetrics metrics,
    TimeProvider time,
    ILogger logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ActorCell> _cells = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ended = new();
    private readonly FailureCauses _causes = new(time);
    private readonly ReminderIndex _reminders = new(
        store, $"reminders/{binding.Registration.App}/{binding.Registration.Type}");

    // Ids known to be in the index; under the lock.
    private readonly HashSet<string> _indexed = new(StringComparer.Ordinal);
    private volatile bool _alarmsAreOff;
    private bool _isClosed;

    public ActorRegistration Registration { get; } = binding.Registration.Checked();

    public string Type => Registration.Type;

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    public ActorMetrics Metrics => metrics;

    /// <summary>Cancelled when the time to drain is over.</summary>
    public CancellationToken Ended => _ended.Token;

    public bool AlarmsAreOff => _alarmsAreOff;

    public int Active
    {
        get
        {
            lock (_lock)
            {
                return _cells.Values.Count(cell => cell.IsActive);
            }
        }
    }

    /// <summary>Takes up the reminders of earlier processes. One actor's damage does not keep the others.</summary>
    public async Task StartAsync()
    {
        foreach (var id in await _reminders.ReadAsync())
        {
            try
            {
                if ((await ReadAsync(id, CancellationToken.None)).NextReminder is { } next)
                {
                    Restore(id, next);
                }
                else
                {
                    await _reminders.RemoveAsync(id);
                }
            }
            catch (InvalidDataException exception)
            {
                logger.RecordDamaged(exception, Type, id);
            }
        }
    }

    /// <summary>Holds an actor's cell for a call; <see cref="Leave"/> it afterwards.</summary>
    /// <returns>Null when the call is refused.</returns>
    public ActorCell? Hold(string id, out string? refusal)
    {
        lock (_lock)
        {
            _cells.TryGetValue(id, out var cell);
            refusal = _isClosed ? "its host is shutting down"
                : cell is null && _cells.Count >= Registration.Limits.MaxActive
                    ? $"{_cells.Count} actors of the type are active already"
                : cell?.Users > Registration.Limits.MaxWaiting ? $"{cell.Users - 1} calls wait for it already"
                : null;
            if (refusal is not null)
            {
                return null;
            }

            cell ??= _cells[id] = new ActorCell(this, id);
            cell.Users++;
            return cell;
        }
    }

    /// <summary>Holds a cell for its alarm, unless it is gone.</summary>
    public bool TryHold(ActorCell cell)
    {
        lock (_lock)
        {
            if (_isClosed || !_cells.TryGetValue(cell.Id, out var current) || current != cell)
            {
                return false;
            }

            cell.Users++;
            return true;
        }
    }

    public void Leave(ActorCell cell)
    {
        lock (_lock)
        {
            if (--cell.Users == 0 && cell.IsEmpty)
            {
                _cells.Remove(cell.Id);
                cell.Dispose();
            }
        }
    }

    public IActor Activate(ActorContext context) => binding.Activate(services, context);

    public async Task<ActorRecord> ReadAsync(string id, CancellationToken cancellationToken) =>
        await store.GetAsync(Key(id), cancellationToken) is { } entry ? ActorRecord.Read(entry.Value) : ActorRecord.Empty;

    /// <summary>Saves all of an actor in one write; after the index knows that it has reminders.</summary>
    public async Task WriteAsync(string id, ActorRecord record)
    {
        if (!record.Reminders.IsEmpty && !IsIndexed(id))
        {
            await _reminders.AddAsync(id);
            lock (_lock)
            {
                _indexed.Add(id);
            }
        }

        // Not cancellable: a write that is given up may still happen.
        if (record.State.IsEmpty && record.Reminders.IsEmpty)
        {
            await store.DeleteAsync(Key(id), etag: null, CancellationToken.None);
        }
        else
        {
            await store.SetAsync(Key(id), record.Write(time.GetUtcNow()), etag: null, CancellationToken.None);
        }
    }

    public void Failed(string id, TurnKind kind, Exception exception)
    {
        if (_causes.IsNews(exception))
        {
            logger.TurnFailed(exception, kind, Type, id);
        }
    }

    /// <summary>No reminder or timer fires any more; calls are still taken.</summary>
    public void StopAlarms() => _alarmsAreOff = true;

    /// <summary>Takes no more calls, waits for those under way and deactivates, for the time to drain at most.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        StopAlarms();
        ActorCell[] cells;
        lock (_lock)
        {
            _isClosed = true;
            cells = [.. _cells.Values];
        }

        var drained = Task.WhenAll(cells.Select(cell => cell.StopAsync(Ended)));
        await drained.WaitAsync(Registration.DrainTimeout, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!drained.IsCompletedSuccessfully)
        {
            logger.NotDrained(Type, Registration.DrainTimeout);
        }

        await _ended.CancelAsync();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _ended.Cancel();
        lock (_lock)
        {
            _isClosed = true;
            foreach (var cell in _cells.Values)
            {
                cell.Dispose();
            }
        }

        _reminders.Dispose();
    }

    private string Key(string id) => $"actor/{Registration.App}/{Type}/{id}";

    private bool IsIndexed(string id)
    {
        lock (_lock)
        {
            return _indexed.Contains(id);
        }
    }

    private void Restore(string id, DateTimeOffset next)
    {
        lock (_lock)
        {
            _indexed.Add(id);
            if (!_cells.TryGetValue(id, out var cell))
            {
                cell = _cells[id] = new ActorCell(this, id);
                cell.Restore(next);
            }
        }
    }
}
