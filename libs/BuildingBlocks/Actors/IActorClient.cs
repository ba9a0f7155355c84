namespace Moodstream.BuildingBlocks.Actors;

/// <summary>Calls actors, wherever they are. Safe for concurrent use.</summary>
public interface IActorClient
{
    /// <summary>Calls a method, activating the actor when it is not. A call is at most one turn of the actor.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="method">A method of its type; a name as <see cref="ActorAddress.IsName"/> takes it.</param>
    /// <param name="body">Any bytes, usually UTF-8 JSON; must not change until the call has returned.</param>
    /// <param name="cancellationToken">Stops waiting; the turn may still happen.</param>
    /// <returns>What the actor answered; its state is saved by then.</returns>
    /// <remarks>
    /// A call that failed may or may not have been carried out, save for
    /// <see cref="ActorCallFailure.Unreachable"/> and <see cref="ActorCallFailure.UnknownMethod"/>. Callers try
    /// again, and actors must take a repeated call as done.
    /// </remarks>
    /// <exception cref="ActorCallException">There was no answer, within the time limit, or it was a failure.</exception>
    /// <exception cref="ArgumentException"><paramref name="method"/> is no name.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<ReadOnlyMemory<byte>> CallAsync(
        ActorAddress actor, string method, ReadOnlyMemory<byte> body, CancellationToken cancellationToken);
}
