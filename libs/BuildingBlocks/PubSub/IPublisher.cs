namespace Moodstream.BuildingBlocks.PubSub;

/// <summary>Publishes events to topics. Safe for concurrent use.</summary>
public interface IPublisher
{
    /// <summary>Publishes events in order and waits until the broker has taken or refused each of them.</summary>
    /// <param name="topic">Topic name, one of the deployment's.</param>
    /// <param name="events">Any number, also none; an adapter splits what its broker cannot take in one call.</param>
    /// <param name="cancellationToken">Stops waiting; entries without an answer may or may not have been taken.</param>
    /// <returns>One result per event, in the same order. A refused entry is a result, never an exception.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<IReadOnlyList<PublishResult>> PublishAsync(
        string topic, IReadOnlyList<OutgoingEvent> events, CancellationToken cancellationToken);
}

/// <summary>An event to publish.</summary>
/// <param name="Id">CloudEvent id: the same id means the same event, so subscribers can drop repeats.</param>
/// <param name="Data">UTF-8 JSON; must not change until the publish has returned.</param>
public readonly record struct OutgoingEvent(string Id, ReadOnlyMemory<byte> Data);

/// <summary>What became of one published event.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Error">Why the broker did not take it; null when it did.</param>
public readonly record struct PublishResult(string Id, string? Error)
{
    /// <summary>Whether the broker acknowledged the event. It may still be lost later: see settlement.</summary>
    public bool Succeeded => Error is null;
}
