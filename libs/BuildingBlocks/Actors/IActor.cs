namespace Moodstream.BuildingBlocks.Actors;

/// <summary>
/// One active actor. Its members are called one at a time, each a turn; it may so keep in memory what it likes.
/// Made on the first turn, by a constructor that takes an <see cref="IActorContext"/> and services.
/// </summary>
/// <remarks>
/// A turn that returns saves what it changed in <see cref="IActorContext.State"/>, in one transaction, before its
/// caller has the answer. A turn that throws changes nothing: the changes are dropped and so is this instance, without
/// <see cref="DeactivateAsync"/>, so that memory and state never differ. Do not catch what you cannot decide.
/// </remarks>
public interface IActor
{
    /// <summary>A call.</summary>
    /// <param name="method">The method.</param>
    /// <param name="body">The caller's bytes; valid until the task completes.</param>
    /// <param name="cancellationToken">Cancelled when the time limit of the call or of a shutdown ends.</param>
    /// <returns>The answer; must not change afterwards.</returns>
    /// <exception cref="UnknownActorMethodException">There is no such method.</exception>
    Task<ReadOnlyMemory<byte>> CallAsync(
        string method, ReadOnlyMemory<byte> body, CancellationToken cancellationToken);

    /// <summary>A reminder came due; at least once, perhaps long after, when no host was there.</summary>
    /// <param name="name">The reminder.</param>
    /// <param name="data">As it was set.</param>
    /// <param name="cancellationToken">As for a call.</param>
    /// <exception cref="UnknownActorMethodException">There is no such reminder.</exception>
    Task RemindAsync(string name, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        throw new UnknownActorMethodException(name);

    /// <summary>A timer came due.</summary>
    /// <param name="timer">The timer.</param>
    /// <param name="data">As it was set.</param>
    /// <param name="cancellationToken">As for a call.</param>
    /// <exception cref="UnknownActorMethodException">There is no such timer.</exception>
    Task TickAsync(string timer, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        throw new UnknownActorMethodException(timer);

    /// <summary>
    /// The last turn: the actor was idle, or its host stops or gives it up. State changed here is saved too, but this
    /// turn is missing whenever a host dies.
    /// </summary>
    /// <param name="cancellationToken">As for a call.</param>
    Task DeactivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
