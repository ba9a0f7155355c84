namespace Moodstream.BuildingBlocks.PubSub;

/// <summary>Handles events of one subscription, one a call and several calls at once. At least once, in any order.</summary>
public interface ITopicHandler
{
    /// <summary>Handles one event. The delivery stays unanswered, and counts against concurrency, until it returns.</summary>
    /// <param name="delivered">The event; its data is valid until the task completes.</param>
    /// <param name="cancellationToken">Cancelled when the grace period of a shutdown ends.</param>
    /// <returns>The answer. An exception counts as <see cref="EventOutcome.Retry"/> and is logged.</returns>
    Task<EventOutcome> HandleAsync(IncomingEvent delivered, CancellationToken cancellationToken);
}

/// <summary>Handles events of one subscription in batches, one batch at a time. At least once, in any order.</summary>
public interface IBulkTopicHandler
{
    /// <summary>Handles a batch.</summary>
    /// <param name="events">At least one; valid until the task completes.</param>
    /// <param name="cancellationToken">Cancelled when the grace period of a shutdown ends.</param>
    /// <returns>One answer per event, in the same order. An exception counts as Retry for all and is logged.</returns>
    Task<IReadOnlyList<EventOutcome>> HandleAsync(
        IReadOnlyList<IncomingEvent> events, CancellationToken cancellationToken);
}

/// <summary>An event as delivered.</summary>
/// <param name="Id">CloudEvent id given by the publisher.</param>
/// <param name="Topic">The topic it came on.</param>
/// <param name="Data">UTF-8 JSON as published.</param>
public readonly record struct IncomingEvent(string Id, string Topic, ReadOnlyMemory<byte> Data);

/// <summary>
/// The answer to one delivery. There is no "drop": poison is published to a topic of its own and then
/// <see cref="Processed"/>.
/// </summary>
public enum EventOutcome
{
    /// <summary>Done with; not delivered again unless the broker repeats itself.</summary>
    Processed,

    /// <summary>Trouble that will pass; delivered again after a pause, without limit.</summary>
    Retry,
}
