using System.Diagnostics.Metrics;
using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>
/// Instruments of the in-process adapter. Tags are topics and app ids, both closed sets; event ids are not tags.
/// </summary>
internal sealed class BuildingBlocksMetrics
{
    public const string MeterName = "Moodstream.BuildingBlocks";

    private readonly Meter _meter;
    private readonly Counter<long> _published;
    private readonly Counter<long> _unheard;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _handlerFailures;
    private readonly Counter<long> _deadLettered;
    private readonly Counter<long> _abandoned;

    public BuildingBlocksMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _published = _meter.CreateCounter<long>(
            "moodstream.pubsub.published", "{event}", "Events offered to a topic, by whether they were taken.");
        _unheard = _meter.CreateCounter<long>(
            "moodstream.pubsub.unheard", "{event}", "Events taken on a topic that no app subscribes to, and dropped.");
        _delivered = _meter.CreateCounter<long>(
            "moodstream.pubsub.delivered", "{event}", "Deliveries, by answer.");
        _handlerFailures = _meter.CreateCounter<long>(
            "moodstream.pubsub.handler.failures", "{exception}", "Exceptions thrown by handlers.");
        _deadLettered = _meter.CreateCounter<long>(
            "moodstream.pubsub.dead_lettered", "{event}", "Events moved to a dead letter topic.");
        _abandoned = _meter.CreateCounter<long>(
            "moodstream.pubsub.abandoned", "{event}", "Events without an answer when the grace period ended.");
    }

    public void Published(string topic, bool taken) =>
        _published.Add(1, new("topic", topic), new("result", taken ? "taken" : "refused"));

    public void Unheard(string topic) => _unheard.Add(1, new KeyValuePair<string, object?>("topic", topic));

    public void Delivered(Subscription subscription, EventOutcome outcome) =>
        _delivered.Add(
            1,
            new("topic", subscription.Topic),
            new("app", subscription.App),
            new("answer", outcome is EventOutcome.Processed ? "processed" : "retry"));

    public void HandlerFailed(Subscription subscription) =>
        _handlerFailures.Add(1, new("topic", subscription.Topic), new("app", subscription.App));

    public void DeadLettered(Subscription subscription) =>
        _deadLettered.Add(1, new("topic", subscription.Topic), new("app", subscription.App));

    public void Abandoned(Subscription subscription, int events) =>
        _abandoned.Add(events, new("topic", subscription.Topic), new("app", subscription.App));

    /// <summary>Shows length and age of the queues.</summary>
    public void Observe(IReadOnlyList<SubscriptionQueue> queues)
    {
        _meter.CreateObservableGauge(
            "moodstream.pubsub.unanswered",
            () => queues.Select(q => new Measurement<int>(q.Unanswered, Tags(q))),
            "{event}",
            "Events without an answer: waiting, being handled, or waiting for their next attempt.");
        _meter.CreateObservableGauge(
            "moodstream.pubsub.oldest_age",
            () => queues.Select(q => new Measurement<double>(q.OldestAge.TotalSeconds, Tags(q))),
            "s",
            "Age of the event that is delivered next.");
    }

    private static KeyValuePair<string, object?>[] Tags(SubscriptionQueue queue) =>
        [new("topic", queue.Subscription.Topic), new("app", queue.Subscription.App)];
}
