using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>
/// Pub/sub inside the process: every app that subscribes to a topic gets every event published on it. The queues
/// exist as soon as the broker does, so what is published before deliveries start waits for them.
/// </summary>
internal sealed class InProcessBroker : IPublisher, IDisposable
{
    private const string Stopped = "stopped: the program is shutting down";
    private const string Injected = "refused by an injected fault";

    private readonly FrozenDictionary<string, SubscriptionQueue[]> _queuesByTopic;
    private readonly BuildingBlocksMetrics _metrics;
    private readonly FaultInjector _faults;
    private readonly TimeProvider _time;
    private readonly TimeSpan _gracePeriod;
    private readonly UnansweredEvents _unanswered = new();
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _ended = new();

    public InProcessBroker(
        IEnumerable<SubscriptionBinding> bindings,
        IOptions<InProcessOptions> options,
        BuildingBlocksMetrics metrics,
        TimeProvider time,
        ILogger<InProcessBroker> logger,
        InProcessFaults? faults = null)
    {
        Draining = _draining.Token;
        Ended = _ended.Token;
        _metrics = metrics;
        _faults = new FaultInjector(faults);
        _time = time;
        _gracePeriod = options.Value.GracePeriod;
        Deliveries = [.. bindings.Select(binding =>
        {
            var queue = new SubscriptionQueue(
                Checked(binding.Subscription), options.Value, _unanswered, _faults, time);
            return new Delivery(
                binding, queue, new DeliveryAnswers(queue, this, options.Value, metrics, time, logger));
        })];
        _queuesByTopic = Deliveries.GroupBy(d => d.Queue.Subscription.Topic)
            .ToFrozenDictionary(g => g.Key, g => g.Select(d => d.Queue).ToArray());
        RefuseRepeats();
        metrics.Observe([.. Deliveries.Select(d => d.Queue)]);
    }

    /// <summary>One per subscription.</summary>
    public IReadOnlyList<Delivery> Deliveries { get; }

    /// <summary>Cancelled when a shutdown begins to drain; publishes are taken until the end.</summary>
    public CancellationToken Draining { get; }

    /// <summary>Cancelled when deliveries and publishes end.</summary>
    public CancellationToken Ended { get; }

    /// <inheritdoc />
    public async Task<IReadOnlyList<PublishResult>> PublishAsync(
        string topic, IReadOnlyList<OutgoingEvent> events, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        cancellationToken.ThrowIfCancellationRequested();

        var results = new PublishResult[events.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var error = await TakeAsync(topic, events[i], cancellationToken);
            _metrics.Published(topic, taken: error is null);
            results[i] = new PublishResult(events[i].Id, error);
        }

        return results;
    }

    /// <summary>Waits until no event is unanswered, for the grace period at most, and ends.</summary>
    /// <param name="cancellationToken">Cuts the grace period short.</param>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        await _draining.CancelAsync();

        // Either way the end follows, and what is left then is counted.
        await _unanswered.WhenNone().WaitAsync(_gracePeriod, _time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        End();
    }

    /// <summary>Ends deliveries and publishes: waiting publishers are refused, handlers' tokens cancelled.</summary>
    public void End()
    {
        if (Ended.IsCancellationRequested)
        {
            return;
        }

        _ended.Cancel();
        foreach (var delivery in Deliveries)
        {
            delivery.Queue.End();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        End();
        _ended.Dispose();
        _draining.Dispose();
    }

    private static Subscription Checked(Subscription subscription)
    {
        var name = $"{subscription.App}'s subscription to {subscription.Topic}";
        if (subscription.Concurrency is < 1 or > 4096)
        {
            throw new InvalidOperationException(
                $"{name}: concurrency must be 1 to 4096, not {subscription.Concurrency}");
        }

        if (subscription.Bulk.MaxCount is < 1 or > 1000 || !IsWait(subscription.Bulk.MaxWait))
        {
            throw new InvalidOperationException(
                $"{name}: batches must be of 1 to 1000 events and wait 0 to 1 hour, "
                + $"not {subscription.Bulk.MaxCount} and {subscription.Bulk.MaxWait}");
        }

        return subscription.DeadLetterTopic == subscription.Topic
            ? throw new InvalidOperationException($"{name}: its dead letters would come back on the same topic")
            : subscription;
    }

    private static bool IsWait(TimeSpan wait) => wait >= TimeSpan.Zero && wait <= TimeSpan.FromHours(1);

    private void RefuseRepeats()
    {
        var repeated = Deliveries.Select(d => d.Queue.Subscription).GroupBy(s => (s.App, s.Topic))
            .FirstOrDefault(g => g.Count() > 1);
        if (repeated is not null)
        {
            throw new InvalidOperationException(
                $"{repeated.Key.App} subscribes to {repeated.Key.Topic} more than once: "
                + "one app is one consumer group, and has one handler per topic");
        }
    }

    /// <summary>Hands one event to every subscribing app.</summary>
    /// <returns>Why it was not taken, or null.</returns>
    private async ValueTask<string?> TakeAsync(
        string topic, OutgoingEvent published, CancellationToken cancellationToken)
    {
        if (Ended.IsCancellationRequested)
        {
            return Stopped;
        }

        if (_faults.Refuses(topic))
        {
            return Injected;
        }

        if (!_queuesByTopic.TryGetValue(topic, out var queues))
        {
            _metrics.Unheard(topic);
            return null;
        }

        // The publisher's buffer is its own again when the publish returns; the queues keep the event for longer.
        var delivered = new IncomingEvent(published.Id, topic, published.Data.ToArray());
        foreach (var queue in queues)
        {
            for (var copies = Copies(topic); copies > 0; copies--)
            {
                if (!await TryEnqueueAsync(queue, delivered, cancellationToken))
                {
                    return Stopped;
                }
            }
        }

        return null;
    }

    private int Copies(string topic) => _faults.Loses(topic) ? 0 : _faults.Repeats(topic) ? 2 : 1;

    private async ValueTask<bool> TryEnqueueAsync(
        SubscriptionQueue queue, IncomingEvent delivered, CancellationToken cancellationToken)
    {
        if (queue.TryEnqueue(delivered))
        {
            return true;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Ended);
        try
        {
            return await queue.EnqueueAsync(delivered, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
