using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;
using Moodstream.Ingestor.Settlement;

namespace Moodstream.Ingestor.Publishing;

/// <summary>
/// Closes the loop: takes every post that comes back on tweets.scored or tweets.rejected out of the window. A repeat,
/// or a post of another source, changes nothing.
/// </summary>
internal sealed class SettleHandler(
    SharedWindow settlement, IngestorMetrics metrics, TimeProvider clock, ILogger<SettleHandler> logger)
    : IBulkTopicHandler
{
    public Task<IReadOnlyList<EventOutcome>> HandleAsync(
        IReadOnlyList<IncomingEvent> events, CancellationToken cancellationToken)
    {
        var outcomes = new EventOutcome[events.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            Handle(events[i]);
            outcomes[i] = EventOutcome.Processed;
        }

        return Task.FromResult<IReadOnlyList<EventOutcome>>(outcomes);
    }

    private void Handle(IncomingEvent delivered)
    {
        if (SettledPostId.Read(delivered.Topic, delivered.Data.Span) is not { } id)
        {
            logger.NoPostId(delivered.Topic, delivered.Id);
            return;
        }

        var outcome = delivered.Topic == Topics.Rejected ? SettleOutcome.Rejected : SettleOutcome.Scored;
        if (settlement.Settle(id, outcome) is { } post)
        {
            metrics.Settled(outcome, clock.GetElapsedTime(post.FirstPublishedAt));
        }
    }
}
