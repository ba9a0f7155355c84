using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.InProcess.Actors;
using Moodstream.Sidecar.State;

namespace Moodstream.Sidecar.Actors;

/// <summary>
/// The state of an actor as one turn sees and changes it. Each turn reads anew what it asks for: an actor that keeps
/// its state in memory reads it once an activation by itself.
/// </summary>
internal sealed class ActorTurnState(ActorAddress actor, ActorApi api) : IActorState
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>?> _read = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StateChange> _changes = new(StringComparer.Ordinal);
    private bool _isOver;

    /// <summary>What the turn has changed.</summary>
    public IReadOnlyList<StateChange> Changes => [.. _changes.Values];

    /// <summary>Takes no more.</summary>
    public void End() => _isOver = true;

    /// <inheritdoc />
    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken)
    {
        Check(key);
        if (_changes.TryGetValue(key, out var change))
        {
            return change.Value;
        }

        if (!_read.TryGetValue(key, out var value))
        {
            _read[key] = value = await api.GetStateAsync(actor, key, cancellationToken);
        }

        return value;
    }

    /// <inheritdoc />
    public void Put(string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive = null)
    {
        Check(key);
        ActorTurn.CheckJson(value, ActorLimits.MaxStateBytes, nameof(value));
        if (timeToLive < TimeSpan.FromSeconds(1))
        {
            throw new ArgumentException($"a time to live is 1 s or more, not {timeToLive}", nameof(timeToLive));
        }

        _changes[key] = new StateChange(key, value, TimeToLive: timeToLive);
    }

    /// <inheritdoc />
    public void Remove(string key)
    {
        Check(key);
        _changes[key] = new StateChange(key, null);
    }

    public void ThrowIfOver()
    {
        if (_isOver)
        {
            throw new InvalidOperationException(
                "an actor's state, reminders and timers are its turn's: the turn is over");
        }
    }

    private void Check(string key)
    {
        ThrowIfOver();
        ActorAddress.Check(key, nameof(key), "a state key");
    }
}
