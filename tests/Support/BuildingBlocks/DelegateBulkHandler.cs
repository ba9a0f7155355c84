using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.Tests.Support.BuildingBlocks;

/// <summary>A bulk handler written where it is used.</summary>
public sealed class DelegateBulkHandler(
    Func<IReadOnlyList<IncomingEvent>, CancellationToken, Task<IReadOnlyList<EventOutcome>>> handle)
    : IBulkTopicHandler
{
    /// <summary>Answers at once, each event by itself.</summary>
    public DelegateBulkHandler(Func<IReadOnlyList<IncomingEvent>, IReadOnlyList<EventOutcome>> handle)
        : this((events, _) => Task.FromResult(handle(events)))
    {
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<EventOutcome>> HandleAsync(
        IReadOnlyList<IncomingEvent> events, CancellationToken cancellationToken) =>
        handle(events, cancellationToken);
}
