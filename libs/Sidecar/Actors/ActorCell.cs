using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.InProcess.Actors;

namespace Moodstream.Sidecar.Actors;

/// <summary>
/// The place of one actor in its host: its turns, one at a time. The sidecar sees to that too, but not of a turn whose
/// caller it has let go (Dapr's contract, 5.2).
/// </summary>
internal sealed class ActorCell(ActorTypeHost host, string id) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);

    // Both belong to the turn, that is, to who holds the gate.
    private IActor? _actor;
    private ActorContext? _context;
    private int _madeIn;

    private int _givenUp;

    public string Id => id;

    /// <summary>Turns under way or waiting; the host's, under its lock.</summary>
    public int Users { get; set; }

    public bool IsActive => _actor is not null && _madeIn == Generation;

    /// <summary>
    /// Counts the times that what is in memory became out of date: there was a new sidecar, or the actor was given up.
    /// It may live elsewhere then, and the state of actors has no etag that would tell.
    /// </summary>
    public int Generation => host.Generation + Volatile.Read(ref _givenUp);

    /// <summary>
    /// The sidecar gives the actor up: a turn that comes from now on makes it anew, whatever becomes of those before,
    /// the last one included, for which the sidecar does not wait.
    /// </summary>
    public void GiveUp() => Interlocked.Increment(ref _givenUp);

    /// <summary>One turn, when it is this one's.</summary>
    /// <param name="kind">What it is for.</param>
    /// <param name="generation">The generation in which it came.</param>
    /// <param name="run">What the actor does; null where it turns out that there is nothing to do.</param>
    /// <param name="cancellationToken">Ends the wait and the turn.</param>
    /// <returns>The answer; null when there was nothing to do.</returns>
    public async Task<ReadOnlyMemory<byte>?> RunAsync(
        TurnKind kind,
        int generation,
        Func<IActor, ActorContext, CancellationToken, Task<ReadOnlyMemory<byte>?>> run,
        CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        if (cancellationToken.IsCancellationRequested)
        {
            // A wait that ends as the turn before it does may get its turn even so: too late, its caller has gone, and an
            // actor that was given up must have none.
            _gate.Release();
            cancellationToken.ThrowIfCancellationRequested();
        }

        var started = host.Time.GetTimestamp();
        var isSaved = false;
        try
        {
            // Turns that came earlier may still use what is there.
            var isCurrent = _actor is not null && _madeIn >= generation;
            if (!isCurrent && kind is TurnKind.Deactivate)
            {
                isSaved = true;
                return null;
            }

            if (!isCurrent)
            {
                Activate(generation);
            }

            var turn = _context!.Begin(); // activated above
            var answer = await run(_actor!, _context, cancellationToken);
            turn.End();
            if (answer?.Length > ActorLimits.MaxCallBytes)
            {
                throw new InvalidOperationException(
                    $"an answer is at most {ActorLimits.MaxCallBytes} bytes, not {answer.Value.Length}");
            }

            if (turn.Changes is { Count: > 0 } changes)
            {
                await host.Api.SaveStateAsync(host.Address(id), changes, cancellationToken);
            }

            isSaved = true;
            return answer;
        }
        finally
        {
            _context?.End();
            host.Metrics.Turn(host.Type, kind, isSaved, host.Time.GetElapsedTime(started));
            if (!isSaved || kind is TurnKind.Deactivate)
            {
                // The next turn makes the actor anew, from what is stored.
                _actor = null;
                _context = null;
            }

            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private void Activate(int generation)
    {
        _madeIn = generation;
        _context = new ActorContext(host.Address(id), host.Api);
        _actor = host.Activate(_context);
    }
}
