using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.Tests.Support.BuildingBlocks;

/// <summary>A handler written where it is used.</summary>
public sealed class DelegateHandler(Func<IncomingEvent, CancellationToken, Task<EventOutcome>> handle) : ITopicHandler
{
    /// <summary>Answers at once.</summary>
    public DelegateHandler(Func<IncomingEvent, EventOutcome> handle)
        : this((delivered, _) => Task.FromResult(handle(delivered)))
    {
    }

    /// <inheritdoc />
    public Task<EventOutcome> HandleAsync(IncomingEvent delivered, CancellationToken cancellationToken) =>
        handle(delivered, cancellationToken);
}
