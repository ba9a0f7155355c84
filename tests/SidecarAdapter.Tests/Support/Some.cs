using System.Text;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Tests.Support.BuildingBlocks;

namespace Moodstream.SidecarAdapter.Tests.Support;

/// <summary>Events and subscriptions of which only what a test names matters.</summary>
internal static class Some
{
    /// <summary>An address where nobody listens.</summary>
    public static readonly Uri NoSidecar = new("http://127.0.0.1:1");

    public static OutgoingEvent Event(string id, string data = "{}") => new(id, Encoding.UTF8.GetBytes(data));

    public static OutgoingEvent[] Events(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Event($"p{i}"))];

    /// <summary>An event of ours as the sidecar delivers it, its members in the order of the recordings.</summary>
    public static string Delivered(string id, string data = "{\"a\":1}") =>
        $$"""
        {"data":{{data}},"datacontenttype":"application/json","id":"{{id}}","pubsubname":"messages","source":"a","specversion":"1.0","subject":"{{id}}","time":"2026-01-02T03:04:05Z","topic":"t","traceid":"","traceparent":"","tracestate":"","type":"moodstream.t"}
        """;

    public static string Bulk(params (string EntryId, string Event)[] entries) =>
        $$"""
        {"entries":[{{string.Join(',', entries.Select(e => $$"""{"entryId":"{{e.EntryId}}","event":{{e.Event}},"metadata":null,"contentType":"application/cloudevents+json"}"""))}}],"id":"b","metadata":{"pubsubName":"messages"},"pubsubname":"messages","topic":"t","type":"com.dapr.event.sent.bulk"}
        """;

    public static SubscriptionBinding Subscriber(
        Func<IncomingEvent, CancellationToken, Task<EventOutcome>> handle, string topic = "t", int concurrency = 16) =>
        new(
            new Subscription { Topic = topic, App = "a", Concurrency = concurrency },
            _ => new DelegateHandler(handle));

    public static SubscriptionBinding Subscriber(Func<IncomingEvent, EventOutcome> handle, string topic = "t") =>
        Subscriber((e, _) => Task.FromResult(handle(e)), topic);

    /// <summary>Takes every event and notes it.</summary>
    public static SubscriptionBinding Subscriber(Recorded<IncomingEvent> received, string topic = "t") =>
        Subscriber(
            e =>
            {
                received.Add(e);
                return EventOutcome.Processed;
            },
            topic);

    public static SubscriptionBinding BulkSubscriber(
        Func<IReadOnlyList<IncomingEvent>, CancellationToken, Task<IReadOnlyList<EventOutcome>>> handle,
        string topic = "t",
        int maxCount = 100) =>
        new(
            new Subscription { Topic = topic, App = "a", Bulk = new BulkDelivery { MaxCount = maxCount } },
            _ => new DelegateBulkHandler(handle));

    public static SubscriptionBinding BulkSubscriber(
        Func<IReadOnlyList<IncomingEvent>, IReadOnlyList<EventOutcome>> handle, string topic = "t", int maxCount = 100) =>
        BulkSubscriber((events, _) => Task.FromResult(handle(events)), topic, maxCount);

    public static Dictionary<string, string?> Settings(params (string Name, string Value)[] options) =>
        options.ToDictionary(o => o.Name.StartsWith("DAPR", StringComparison.Ordinal)
            || o.Name.StartsWith("APP", StringComparison.Ordinal) ? o.Name : $"Moodstream:Sidecar:{o.Name}", o => (string?)o.Value);
}
