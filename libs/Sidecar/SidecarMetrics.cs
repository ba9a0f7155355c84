using System.Diagnostics.Metrics;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Sidecar.Deliveries;

namespace Moodstream.Sidecar;

/// <summary>
/// Instruments of the sidecar adapter, named as those of the in-process one where they mean the same. Tags are topics
/// and app ids, both closed sets.
/// </summary>
internal sealed class SidecarMetrics
{
    public const string MeterName = "Moodstream.Sidecar";

    private readonly Meter _meter;
    private readonly Counter<long> _published;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _handlerFailures;
    private readonly Counter<long> _unreadable;
    private readonly Counter<long> _overdue;
    private readonly Counter<long> _abandoned;
    private readonly Counter<long> _outlived;

    public SidecarMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _published = _meter.CreateCounter<long>(
            "moodstream.pubsub.published", "{event}", "Events offered to a topic, by whether they were taken.");
        _delivered = _meter.CreateCounter<long>(
            "moodstream.pubsub.delivered", "{event}", "Deliveries, by answer.");
        _handlerFailures = _meter.CreateCounter<long>(
            "moodstream.pubsub.handler.failures", "{exception}", "Exceptions thrown by handlers.");
        _unreadable = _meter.CreateCounter<long>(
            "moodstream.pubsub.unreadable", "{event}", "Deliveries that are no event of ours.");
        _overdue = _meter.CreateCounter<long>(
            "moodstream.pubsub.overdue", "{delivery}", "Deliveries answered before their handler was done.");
        _abandoned = _meter.CreateCounter<long>(
            "moodstream.pubsub.abandoned", "{event}", "Deliveries without an answer when the grace period ended.");
        _outlived = _meter.CreateCounter<long>(
            "moodstream.pubsub.outlived_retention", "{start}", "Starts after an absence longer than the topic keeps events.");
    }

    public void Published(string topic, IReadOnlyList<PublishResult> results)
    {
        var taken = results.Count(r => r.Succeeded);
        Count(_published, taken, new("topic", topic), new("result", "taken"));
        Count(_published, results.Count - taken, new("topic", topic), new("result", "refused"));
    }

    public void Delivered(Subscription subscription, EventOutcome outcome, int events) => Count(
        _delivered,
        events,
        new("topic", subscription.Topic),
        new("app", subscription.App),
        new("answer", outcome is EventOutcome.Processed ? "processed" : "retry"));

    public void HandlerFailed(Subscription subscription) => Count(_handlerFailures, 1, Tags(subscription));

    public void Unreadable(Subscription subscription) => Count(_unreadable, 1, Tags(subscription));

    public void Overdue(Subscription subscription) => Count(_overdue, 1, Tags(subscription));

    public void Abandoned(Subscription subscription, int events) => Count(_abandoned, events, Tags(subscription));

    public void OutlivedRetention(Subscription subscription) => Count(_outlived, 1, Tags(subscription));

    /// <summary>Shows how many deliveries are under way.</summary>
    public void Observe(IReadOnlyList<TopicRoute> routes) => _meter.CreateObservableGauge(
        "moodstream.pubsub.unanswered",
        () => routes.Select(r => new Measurement<int>(r.Unanswered, Tags(r.Subscription))),
        "{delivery}",
        "Deliveries without an answer: being handled, or waiting for others.");

    private static KeyValuePair<string, object?>[] Tags(Subscription subscription) =>
        [new("topic", subscription.Topic), new("app", subscription.App)];

    private static void Count(Counter<long> counter, int count, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (count > 0)
        {
            counter.Add(count, tags);
        }
    }
}
