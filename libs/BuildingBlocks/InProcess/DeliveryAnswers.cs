using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>What follows from a handler's answer: done, another attempt after a pause, or a dead letter.</summary>
internal sealed class DeliveryAnswers(
    SubscriptionQueue queue,
    InProcessBroker broker,
    InProcessOptions options,
    BuildingBlocksMetrics metrics,
    TimeProvider time,
    ILogger logger)
{
    private readonly Subscription _subscription = queue.Subscription;
    private readonly FailureCauses _causes = new(time);

    /// <summary>Counts a handler's exception, and says it where its cause has not been said lately.</summary>
    public void Failed(Exception exception)
    {
        metrics.HandlerFailed(_subscription);
        if (_causes.IsNews(exception))
        {
            logger.HandlerFailed(exception, _subscription.App, _subscription.Topic, options.RetryInterval);
        }
    }

    /// <summary>Counts and says what was never answered; called when deliveries have ended.</summary>
    public void Abandoned()
    {
        if (queue.Unanswered is var events and > 0)
        {
            metrics.Abandoned(_subscription, events);
            logger.Abandoned(events, _subscription.Topic, _subscription.App, options.GracePeriod);
        }
    }

    /// <summary>Takes the answer to one delivery.</summary>
    public async ValueTask AnswerAsync(QueuedEvent queued, EventOutcome outcome)
    {
        queued.Attempts++;
        metrics.Delivered(_subscription, outcome);
        if (outcome is EventOutcome.Processed || await TryDeadLetterAsync(queued))
        {
            queue.Answered();
        }
        else
        {
            queue.Park(queued);
        }
    }

    private async ValueTask<bool> TryDeadLetterAsync(QueuedEvent queued)
    {
        if (_subscription.DeadLetterTopic is not { } topic || !(queued.Attempts >= options.DeadLetterAfter))
        {
            return false;
        }

        // Not cancelled by anything but the broker's end, which refuses it: the event is never in neither place.
        var letter = new OutgoingEvent(queued.Delivered.Id, queued.Delivered.Data);
        var results = await broker.PublishAsync(topic, [letter], CancellationToken.None);
        if (!results[0].Succeeded)
        {
            return false;
        }

        metrics.DeadLettered(_subscription);
        logger.DeadLettered(queued.Delivered.Id, _subscription.App, _subscription.Topic, queued.Attempts, topic);
        return true;
    }
}
