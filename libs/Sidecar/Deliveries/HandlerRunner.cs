using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.Sidecar.Deliveries;

/// <summary>Calls handlers and turns whatever they do into answers. Never throws.</summary>
internal sealed class HandlerRunner(SidecarMetrics metrics, TimeProvider time, ILogger<HandlerRunner> logger)
{
    private readonly FailureCauses _causes = new(time);

    /// <summary>Handles one event, and ends its call.</summary>
    public async Task<EventOutcome> RunAsync(
        TopicRoute route, ITopicHandler handler, IncomingEvent delivered, DeliveryCall call)
    {
        try
        {
            return await handler.HandleAsync(delivered, call.Token);
        }
        catch (Exception exception)
        {
            Failed(route, exception, call);
            return EventOutcome.Retry;
        }
        finally
        {
            call.Dispose();
        }
    }

    /// <summary>Handles a batch in batches of the size the subscription allows, and ends its call.</summary>
    /// <param name="route">The subscription.</param>
    /// <param name="handler">Its handler.</param>
    /// <param name="events">Any number of events.</param>
    /// <param name="outcomes">As many answers, Retry each; set as they come.</param>
    /// <param name="call">Ended with the last batch.</param>
    public async Task RunAsync(
        TopicRoute route,
        IBulkTopicHandler handler,
        IReadOnlyList<IncomingEvent> events,
        EventOutcome[] outcomes,
        DeliveryCall call)
    {
        using (call)
        {
            for (var start = 0; start < events.Count && !call.Token.IsCancellationRequested;)
            {
                IncomingEvent[] batch = [.. events.Skip(start).Take(route.Subscription.Bulk.MaxCount)];
                try
                {
                    var answers = await handler.HandleAsync(batch, call.Token);
                    if (answers.Count != batch.Length)
                    {
                        throw new InvalidOperationException(
                            $"{handler.GetType().Name} gave {answers.Count} answers to {batch.Length} events");
                    }

                    for (var i = 0; i < batch.Length; i++)
                    {
                        outcomes[start + i] = answers[i];
                    }
                }
                catch (Exception exception)
                {
                    Failed(route, exception, call);
                }

                start += batch.Length;
            }
        }
    }

    private void Failed(TopicRoute route, Exception exception, DeliveryCall call)
    {
        if (exception is OperationCanceledException && call.Token.IsCancellationRequested)
        {
            return;
        }

        metrics.HandlerFailed(route.Subscription);
        if (_causes.IsNews(exception))
        {
            logger.HandlerFailed(exception, route.Subscription.App, route.Subscription.Topic);
        }
    }
}
