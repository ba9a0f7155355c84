using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.BuildingBlocks.State;

namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>
/// Runs all subscriptions of the process, from when every hosted service has started until every one has stopped:
/// what they publish while stopping is still delivered, whatever the order they were registered in. A handler must
/// therefore not need a hosted service that has stopped.
/// </summary>
internal sealed class DeliveryService(
    InProcessBroker broker,
    IServiceProvider services,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<DeliveryService> logger) : IHostedLifecycleService
{
    // How long handlers may take to notice that their token was cancelled.
    private static readonly TimeSpan Noticing = TimeSpan.FromSeconds(1);

    private Task _deliveries = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // Nothing starts on a data folder that is locked, or newer than this program.
        _ = services.GetRequiredService<IStateStore>();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Func<CancellationToken, Task>[] loops = [.. broker.Deliveries.SelectMany(Loops)];
        _deliveries = RunAsync(loops);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Drains up to the grace period, then abandons the rest with a count.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (!_deliveries.IsCompleted)
        {
            await broker.DrainAsync(cancellationToken);
        }

        broker.End();

        // A handler that does not notice is left behind; RunAsync reports one that failed.
        await _deliveries.WaitAsync(Noticing, time, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var delivery in broker.Deliveries)
        {
            delivery.Answers.Abandoned();
        }
    }

    private IEnumerable<Func<CancellationToken, Task>> Loops(Delivery delivery)
    {
        var (binding, queue, answers) = delivery;
        yield return queue.RunParkedAsync;
        yield return binding.Handler(services) switch
        {
            ITopicHandler handler => new SingleDeliveryLoop(queue, handler, answers).RunAsync,
            IBulkTopicHandler handler => new BulkDeliveryLoop(
                queue, handler, answers, time, broker.Draining).RunAsync,
            var other => throw new InvalidOperationException(
                $"{queue.Subscription.App}'s handler of {queue.Subscription.Topic} must be a topic handler, "
                + $"not {other?.GetType().Name ?? "null"}"),
        };
    }

    private async Task RunAsync(Func<CancellationToken, Task>[] loops)
    {
        try
        {
            // A loop that fails is noticed at once, not when the others end too.
            var running = loops.Select(loop => Task.Run(() => loop(broker.Ended), CancellationToken.None));
            await foreach (var ended in Task.WhenEach(running))
            {
                await ended;
            }
        }
        catch (Exception exception)
        {
            logger.DeliveriesEnded(exception);
            lifetime.StopApplication();
        }
    }
}
