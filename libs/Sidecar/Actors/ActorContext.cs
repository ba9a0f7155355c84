using Moodstream.BuildingBlocks.Actors;

namespace Moodstream.Sidecar.Actors;

/// <summary>One activation's view of its host.</summary>
internal sealed class ActorContext(ActorAddress actor, ActorApi api) : IActorContext
{
    private readonly HashSet<string> _reminders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _timers = new(StringComparer.Ordinal);
    private ActorTurnState? _turn;

    /// <inheritdoc />
    public string Id => actor.Id;

    /// <inheritdoc />
    public IActorState State => Turn;

    private ActorTurnState Turn => _turn
        ?? throw new InvalidOperationException("an actor's state, reminders and timers are its turn's: there is none");

    public ActorTurnState Begin() => _turn = new ActorTurnState(actor, api);

    public void End()
    {
        _turn?.End();
        _turn = null;
    }

    /// <summary>Notes that a timer fires. Timers end with their activation, but the sidecar does not know of its end.</summary>
    /// <returns>False when it is of an earlier activation.</returns>
    public bool TryFire(string timer)
    {
        if (!_timers.TryGetValue(timer, out var isOnce))
        {
            return false;
        }

        if (isOnce)
        {
            _timers.Remove(timer);
        }

        return true;
    }

    /// <inheritdoc />
    public async Task SetReminderAsync(
        string name, TimeSpan due, TimeSpan? period, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        Turn.ThrowIfOver();
        var alarm = ActorArguments.CheckAlarm(name, due, period, data);
        ThrowIfFull(_reminders.Count, _reminders.Contains(name), name);
        await api.SetAlarmAsync(actor, ActorAlarm.Reminders, name, alarm, cancellationToken);
        _reminders.Add(name);
    }

    /// <inheritdoc />
    public async Task RemoveReminderAsync(string name, CancellationToken cancellationToken)
    {
        Turn.ThrowIfOver();
        ActorAddress.Check(name, nameof(name), "a reminder's name");
        await api.RemoveAlarmAsync(actor, ActorAlarm.Reminders, name, cancellationToken);
        _reminders.Remove(name);
    }

    /// <inheritdoc />
    public async Task SetTimerAsync(
        string name, TimeSpan due, TimeSpan? period, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        Turn.ThrowIfOver();
        var alarm = ActorArguments.CheckAlarm(name, due, period, data);
        ThrowIfFull(_timers.Count, _timers.ContainsKey(name), name);
        await api.SetAlarmAsync(actor, ActorAlarm.Timers, name, alarm, cancellationToken);
        _timers[name] = period is null;
    }

    /// <inheritdoc />
    public async Task RemoveTimerAsync(string name, CancellationToken cancellationToken)
    {
        Turn.ThrowIfOver();
        ActorAddress.Check(name, nameof(name), "a timer's name");
        await api.RemoveAlarmAsync(actor, ActorAlarm.Timers, name, cancellationToken);
        _timers.Remove(name);
    }

    // Of reminders only those this activation set are known: over HTTP the sidecar does not list them.
    private static void ThrowIfFull(int count, bool isThere, string name)
    {
        if (!isThere && count >= ActorLimits.MaxReminders)
        {
            throw new InvalidOperationException(
                $"an actor has at most {ActorLimits.MaxReminders} reminders, and as many timers; '{name}' is one more");
        }
    }
}
