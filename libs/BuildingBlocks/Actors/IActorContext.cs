namespace Moodstream.BuildingBlocks.Actors;

/// <summary>What an actor knows of itself and may ask of its host, during its turns only.</summary>
public interface IActorContext
{
    /// <summary>The actor's id within its type.</summary>
    string Id { get; }

    /// <summary>Its state.</summary>
    IActorState State { get; }

    /// <summary>
    /// Sets a reminder, replacing one of the same name. It survives deactivation, restart and change of host, and
    /// activates the actor when it comes due. Whether it stays when the turn fails is the adapter's: set it again.
    /// </summary>
    /// <param name="name">A name as <see cref="ActorAddress.IsName"/> takes it.</param>
    /// <param name="due">From now; 0 to 365 days.</param>
    /// <param name="period">From one time to the next, 1 s to 365 days; null: once.</param>
    /// <param name="data">UTF-8 JSON of at most <see cref="ActorLimits.MaxReminderBytes"/> bytes, or empty.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ArgumentException">An argument is out of its range.</exception>
    /// <exception cref="InvalidOperationException">It would be one more than <see cref="ActorLimits.MaxReminders"/>.</exception>
    Task SetReminderAsync(
        string name,
        TimeSpan due,
        TimeSpan? period,
        ReadOnlyMemory<byte> data,
        CancellationToken cancellationToken);

    /// <summary>Removes a reminder; a missing one is no error.</summary>
    /// <param name="name">The reminder.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task RemoveReminderAsync(string name, CancellationToken cancellationToken);

    /// <summary>Sets a timer, replacing one of the same name. It ends with this activation.</summary>
    /// <param name="name">As for a reminder.</param>
    /// <param name="due">As for a reminder.</param>
    /// <param name="period">As for a reminder.</param>
    /// <param name="data">As for a reminder.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ArgumentException">An argument is out of its range.</exception>
    /// <exception cref="InvalidOperationException">It would be one more than <see cref="ActorLimits.MaxReminders"/>.</exception>
    Task SetTimerAsync(
        string name,
        TimeSpan due,
        TimeSpan? period,
        ReadOnlyMemory<byte> data,
        CancellationToken cancellationToken);

    /// <summary>Removes a timer; a missing one is no error.</summary>
    /// <param name="name">The timer.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task RemoveTimerAsync(string name, CancellationToken cancellationToken);
}
