using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>Delivers events in batches, one batch at a time.</summary>
internal sealed class BulkDeliveryLoop(
    SubscriptionQueue queue,
    IBulkTopicHandler handler,
    DeliveryAnswers answers,
    TimeProvider time,
    CancellationToken draining)
{
    private readonly BulkDelivery _bulk = queue.Subscription.Bulk;

    /// <summary>Runs until the broker ends; a handler that is under way then is waited for.</summary>
    public async Task RunAsync(CancellationToken ended)
    {
        // Not cancellable, so that an idle loop ends without an exception: the end completes the reader.
        while (await queue.Waiting.WaitToReadAsync(CancellationToken.None) && !ended.IsCancellationRequested)
        {
            var batch = new List<QueuedEvent>();
            await FillAsync(batch);
            if (batch.Count > 0 && !ended.IsCancellationRequested)
            {
                await DeliverAsync(batch, ended);
            }
        }
    }

    private async Task FillAsync(List<QueuedEvent> batch)
    {
        TakeWaiting(batch);
        if (batch.Count >= _bulk.MaxCount || _bulk.MaxWait == TimeSpan.Zero)
        {
            return;
        }

        // At a shutdown nothing is worth waiting for.
        using var filled = CancellationTokenSource.CreateLinkedTokenSource(draining);
        var waited = Task.Delay(_bulk.MaxWait, time, filled.Token);
        while (batch.Count < _bulk.MaxCount && !waited.IsCompleted)
        {
            var readable = queue.Waiting.WaitToReadAsync(CancellationToken.None).AsTask();
            if (await Task.WhenAny(readable, waited) == waited || !await readable)
            {
                break;
            }

            TakeWaiting(batch);
        }

        await filled.CancelAsync();
    }

    private void TakeWaiting(List<QueuedEvent> batch)
    {
        while (batch.Count < _bulk.MaxCount && queue.Waiting.TryRead(out var queued))
        {
            batch.Add(queued);
        }
    }

    private async Task DeliverAsync(List<QueuedEvent> batch, CancellationToken ended)
    {
        IReadOnlyList<EventOutcome> outcomes;
        try
        {
            outcomes = await handler.HandleAsync([.. batch.Select(q => q.Delivered)], ended);
            if (outcomes.Count != batch.Count)
            {
                throw new InvalidOperationException(
                    $"{handler.GetType().Name} gave {outcomes.Count} answers to {batch.Count} events");
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception)
        {
            answers.Failed(exception);
            outcomes = [.. Enumerable.Repeat(EventOutcome.Retry, batch.Count)];
        }

        for (var i = 0; i < batch.Count; i++)
        {
            await answers.AnswerAsync(batch[i], outcomes[i]);
        }
    }
}
