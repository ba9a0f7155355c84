using System.Collections.Immutable;
using Moodstream.BuildingBlocks.Actors;

namespace Moodstream.BuildingBlocks.InProcess.Actors;

/// <summary>One activation's view of its host. Its timers end with it.</summary>
internal sealed class ActorContext(string id, TimeProvider time) : IActorContext
{
    private static readonly TimeSpan MostTime = TimeSpan.FromDays(365);

    private ActorTurn? _turn;

    /// <inheritdoc />
    public string Id => id;

    /// <inheritdoc />
    public IActorState State => Turn;

    /// <summary>Timers by name.</summary>
    public ImmutableDictionary<string, ActorAlarm> Timers { get; private set; } = ActorRecord.Empty.Reminders;

    private ActorTurn Turn => _turn
        ?? throw new InvalidOperationException("an actor's state, reminders and timers are its turn's: there is none");

    public ActorTurn Begin(ActorRecord record) => _turn = new ActorTurn(record, time);

    public void End()
    {
        _turn?.End();
        _turn = null;
    }

    /// <summary>Moves a timer that fires now to its next time, or removes it.</summary>
    public void Fired(string timer) =>
        Timers = Timers[timer].After(time.GetUtcNow()) is { } next
            ? Timers.SetItem(timer, next)
            : Timers.Remove(timer);

    /// <inheritdoc />
    public Task SetReminderAsync(
        string name, TimeSpan due, TimeSpan? period, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        Turn.SetReminder(name, Checked(name, due, period, data));
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task RemoveReminderAsync(string name, CancellationToken cancellationToken)
    {
        Turn.RemoveReminder(name);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task SetTimerAsync(
        string name, TimeSpan due, TimeSpan? period, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        Turn.ThrowIfOver();
        Timers = ActorTurn.WithAlarm(Timers, name, Checked(name, due, period, data));
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task RemoveTimerAsync(string name, CancellationToken cancellationToken)
    {
        Turn.ThrowIfOver();
        Timers = Timers.Remove(name);
        return Task.CompletedTask;
    }

    private ActorAlarm Checked(string name, TimeSpan due, TimeSpan? period, ReadOnlyMemory<byte> data)
    {
        ActorAddress.Check(name, nameof(name), "a reminder's or timer's name");
        if (due < TimeSpan.Zero || due > MostTime)
        {
            throw new ArgumentException($"0 to {MostTime.Days} days are taken, not {due}", nameof(due));
        }

        if (period < TimeSpan.FromSeconds(1) || period > MostTime)
        {
            throw new ArgumentException($"1 s to {MostTime.Days} days are taken, not {period}", nameof(period));
        }

        if (!data.IsEmpty)
        {
            ActorTurn.CheckJson(data, ActorLimits.MaxReminderBytes, nameof(data));
        }

        // The caller's buffer is its own again when this returns.
        return new ActorAlarm(time.GetUtcNow() + due, period, data.ToArray());
    }
}
