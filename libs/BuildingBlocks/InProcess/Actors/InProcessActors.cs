using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.State;

namespace Moodstream.BuildingBlocks.InProcess.Actors;

/// <summary>Actors inside the process: every type's host, and calls to them.</summary>
internal sealed class InProcessActors : IActorClient, IDisposable
{
    private readonly FrozenDictionary<string, ActorTypeHost> _hosts;
    private readonly ActorMetrics _metrics;
    private readonly TimeProvider _time;

    public InProcessActors(
        IEnumerable<ActorBinding> bindings,
        IServiceProvider services,
        IStateStore store,
        ActorMetrics metrics,
        TimeProvider time,
        ILogger<InProcessActors> logger)
    {
        _metrics = metrics;
        _time = time;
        ActorBinding[] all = [.. bindings];
        if (all.GroupBy(b => b.Registration.Type).FirstOrDefault(g => g.Count() > 1) is { } repeated)
        {
            throw new InvalidOperationException($"actor type {repeated.Key} is registered more than once");
        }

        _hosts = all.ToFrozenDictionary(
            b => b.Registration.Type,
            b => new ActorTypeHost(b, services, store, metrics, time, logger),
            StringComparer.Ordinal);
        metrics.Observe(() => _hosts.Values.Select(h => (h.Type, h.Active)));
    }

    public IReadOnlyList<ActorTypeHost> Hosts => _hosts.Values;

    /// <inheritdoc />
    public async Task<ReadOnlyMemory<byte>> CallAsync(
        ActorAddress actor, string method, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        ActorAddress.Check(actor.Type, nameof(actor), "an actor's type");
        ActorAddress.Check(method, nameof(method), "a method");
        if (body.Length > ActorLimits.MaxCallBytes)
        {
            throw new ArgumentException(
                $"a body is at most {ActorLimits.MaxCallBytes} bytes, not {body.Length}", nameof(body));
        }

        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return _hosts.TryGetValue(actor.Type, out var host)
                ? await CallAsync(host, actor, method, body, cancellationToken)
                : throw new ActorCallException(
                    actor, method, ActorCallFailure.Unreachable, "no app of this process hosts the type");
        }
        catch (ActorCallException failed)
        {
            // A type that nobody hosts is not ours to name in a metric.
            _metrics.Unanswered(
                _hosts.ContainsKey(actor.Type) ? actor.Type : "unknown", failed.Failure.ToString());
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var host in _hosts.Values)
        {
            host.Dispose();
        }
    }

    private async Task<ReadOnlyMemory<byte>> CallAsync(
        ActorTypeHost host,
        ActorAddress actor,
        string method,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken)
    {
        var limit = host.Registration.Limits.CallTimeout;
        if (host.Hold(actor.Id, out var refusal) is not { } cell)
        {
            throw new ActorCallException(actor, method, ActorCallFailure.Unreachable, refusal!);
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.Ended);
        try
        {
            // A copy, and off the caller's thread: the turn may go on when its caller no longer waits for it.
            var copy = body.ToArray();
            var turn = Task.Run(() => CallAsync(host, cell, method, copy, waiting.Token), CancellationToken.None);
            return await turn.WaitAsync(limit, _time, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            var (failure, reason) = host.Ended.IsCancellationRequested
                ? (ActorCallFailure.Unreachable, "its host has shut down")
                : (ActorCallFailure.TimedOut, $"no answer within {limit}");
            throw new ActorCallException(actor, method, failure, reason);
        }
        catch (UnknownActorMethodException exception)
        {
            throw new ActorCallException(
                actor, method, ActorCallFailure.UnknownMethod, "the type has no such method", exception);
        }
        catch (TurnFailedException exception)
        {
            throw new ActorCallException(
                actor, method, ActorCallFailure.Failed, exception.InnerException!.Message, exception.InnerException);
        }
        finally
        {
            // A turn that has not begun is of no use to anybody.
            await waiting.CancelAsync();
        }
    }

    private static async Task<ReadOnlyMemory<byte>> CallAsync(
        ActorTypeHost host, ActorCell cell, string method, ReadOnlyMemory<byte> body, CancellationToken waiting)
    {
        try
        {
            return await cell.CallAsync(method, body, waiting);
        }
        catch (Exception exception)
            when (exception is not UnknownActorMethodException and not OperationCanceledException)
        {
            host.Failed(cell.Id, TurnKind.Call, exception);
            throw new TurnFailedException(exception);
        }
        finally
        {
            host.Leave(cell);
        }
    }

    // Tells what the actor threw, whatever it is, from the end of the wait.
    private sealed class TurnFailedException(Exception inner) : Exception(inner.Message, inner);
}
