using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>Delivers one event a call, as many calls at once as the subscription allows.</summary>
internal sealed class SingleDeliveryLoop(SubscriptionQueue queue, ITopicHandler handler, DeliveryAnswers answers)
{
    /// <summary>Runs until the broker ends; a handler that is under way then is waited for.</summary>
    public Task RunAsync(CancellationToken ended) =>
        Task.WhenAll(Enumerable.Range(0, queue.Subscription.Concurrency).Select(_ => WorkAsync(ended)));

    private async Task WorkAsync(CancellationToken ended)
    {
        // All workers start before the first is at work: with events waiting, it may not come back for long.
        await Task.Yield();

        // Not cancellable, so that idle workers end without an exception each: the end completes the reader.
        while (await queue.Waiting.WaitToReadAsync(CancellationToken.None) && !ended.IsCancellationRequested)
        {
            if (queue.Waiting.TryRead(out var queued))
            {
                await DeliverAsync(queued, ended);
            }
        }
    }

    private async Task DeliverAsync(QueuedEvent queued, CancellationToken ended)
    {
        EventOutcome outcome;
        try
        {
            outcome = await handler.HandleAsync(queued.Delivered, ended);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception)
        {
            answers.Failed(exception);
            outcome = EventOutcome.Retry;
        }

        await answers.AnswerAsync(queued, outcome);
    }
}
