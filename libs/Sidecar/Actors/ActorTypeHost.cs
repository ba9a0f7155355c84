using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.InProcess.Actors;

namespace Moodstream.Sidecar.Actors;

/// <summary>All actors of one type in this process.</summary>
internal sealed class ActorTypeHost(
    ActorBinding binding,
    IServiceProvider services,
    ActorApi api,
    ActorMetrics metrics,
    TimeProvider time,
    ILogger logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ActorCell> _cells = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ended = new();
    private readonly FailureCauses _causes = new(time);
    private int _generation;
    private bool _isClosed;

    public ActorRegistration Registration { get; } = binding.Registration.Checked();

    public string Type => Registration.Type;

    public ActorApi Api => api;

    public ActorMetrics Metrics => metrics;

    public TimeProvider Time => time;

    /// <summary>Counts the sidecars that this process has had.</summary>
    public int Generation => Volatile.Read(ref _generation);

    public int Active
    {
        get
        {
            lock (_lock)
            {
                return _cells.Values.Count(c => c.IsActive);
            }
        }
    }

    public ActorAddress Address(string id) => new(Type, id);

    public IActor Activate(ActorContext context) => binding.Activate(services, context);

    /// <summary>
    /// Forgets all activations: there is a new sidecar. The old one's actors may have moved to another host and back
    /// meanwhile, and what is in memory here may be out of date.
    /// </summary>
    public void Forget()
    {
        lock (_lock)
        {
            _generation++;
            foreach (var cell in _cells.Values.Where(c => c.Users == 0).ToArray())
            {
                Remove(cell);
            }
        }
    }

    /// <summary>Runs a turn within the time limit of the type.</summary>
    /// <returns>The answer; null when there was nothing to do.</returns>
    /// <exception cref="ActorRefusedException">The turn did not begin.</exception>
    /// <exception cref="TimeoutException">The turn is not over, and may never be.</exception>
    public async Task<ReadOnlyMemory<byte>?> RunAsync(
        string id,
        TurnKind kind,
        Func<IActor, ActorContext, CancellationToken, Task<ReadOnlyMemory<byte>?>> run)
    {
        var (cell, generation) = Hold(id, kind);
        var limit = Registration.Limits.CallTimeout;
        try
        {
            // A turn that does not notice its end keeps the actor, but not its caller.
            return await HeldAsync(cell, kind, generation, run).WaitAsync(limit, time, CancellationToken.None);
        }
        catch (OperationCanceledException exception)
        {
            throw new TimeoutException($"no answer within {limit}", exception);
        }
    }

    /// <summary>Says why a turn failed, where that has not been said lately.</summary>
    public void Failed(string id, TurnKind kind, Exception exception)
    {
        if (_causes.IsNews(exception))
        {
            logger.TurnFailed(exception, kind, Type, id);
        }
    }

    /// <summary>Takes no more turns and deactivates every actor, within the time to drain.</summary>
    public async Task DrainAsync()
    {
        ActorCell[] active;
        lock (_lock)
        {
            _isClosed = true;
            active = [.. _cells.Values];
            foreach (var cell in active)
            {
                cell.Users++;
            }
        }

        var drained = Task.WhenAll(active.Select(DeactivateAsync));
        try
        {
            await drained.WaitAsync(Registration.DrainTimeout, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            logger.NotDrained(Type, Registration.DrainTimeout);
        }

        await _ended.CancelAsync();
    }

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
    }

    private async Task DeactivateAsync(ActorCell cell)
    {
        try
        {
            await HeldAsync(cell, TurnKind.Deactivate, cell.Generation, Deactivation);
        }
        catch (Exception exception)
        {
            Failed(cell.Id, TurnKind.Deactivate, exception);
        }
    }

    /// <summary>An actor's last turn.</summary>
    public static async Task<ReadOnlyMemory<byte>?> Deactivation(
        IActor actor, ActorContext context, CancellationToken cancellationToken)
    {
        await actor.DeactivateAsync(cancellationToken);
        return null;
    }

    /// <summary>Whether an actor is active, so that there is something to deactivate.</summary>
    public bool IsActive(string id)
    {
        lock (_lock)
        {
            return _cells.TryGetValue(id, out var cell) && (cell.IsActive || cell.Users > 0);
        }
    }

    private async Task<ReadOnlyMemory<byte>?> HeldAsync(
        ActorCell cell,
        TurnKind kind,
        int generation,
        Func<IActor, ActorContext, CancellationToken, Task<ReadOnlyMemory<byte>?>> run)
    {
        using var limit = new CancellationTokenSource(Registration.Limits.CallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _ended.Token);
        try
        {
            return await cell.RunAsync(kind, generation, run, either.Token);
        }
        finally
        {
            Leave(cell);
        }
    }

    private (ActorCell Cell, int Generation) Hold(string id, TurnKind kind)
    {
        lock (_lock)
        {
            _cells.TryGetValue(id, out var cell);
            var refusal = _isClosed ? "its host is shutting down"
                : cell is null && _cells.Count >= Registration.Limits.MaxActive
                    ? $"{_cells.Count} actors of the type are active already"
                : kind is not TurnKind.Deactivate && cell?.Users > Registration.Limits.MaxWaiting
                    ? $"{cell.Users - 1} calls wait for it already"
                : null;
            if (refusal is not null)
            {
                throw new ActorRefusedException(refusal);
            }

            cell ??= _cells[id] = new ActorCell(this, id);
            cell.Users++;
            var generation = cell.Generation;
            if (kind is TurnKind.Deactivate)
            {
                cell.GiveUp();
            }

            return (cell, generation);
        }
    }

    private void Leave(ActorCell cell)
    {
        lock (_lock)
        {
            if (--cell.Users == 0 && !cell.IsActive)
            {
                Remove(cell);
            }
        }
    }

    // Under the lock, and nobody uses it.
    private void Remove(ActorCell cell)
    {
        _cells.Remove(cell.Id);
        cell.Dispose();
    }
}

/// <summary>A turn that did not begin.</summary>
internal sealed class ActorRefusedException(string reason) : Exception(reason);
