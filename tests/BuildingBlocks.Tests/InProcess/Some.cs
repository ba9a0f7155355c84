using System.Text;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Tests.Support.BuildingBlocks;

namespace Moodstream.BuildingBlocks.Tests.InProcess;

/// <summary>Events and subscriptions of which only what a test names matters.</summary>
internal static class Some
{
    public static OutgoingEvent[] Events(params string[] ids) =>
        [.. ids.Select(id => new OutgoingEvent(id, Encoding.UTF8.GetBytes($"\"{id}\"")))];

    public static OutgoingEvent[] Events(int count) =>
        Events([.. Enumerable.Range(0, count).Select(i => $"p{i}")]);

    public static SubscriptionBinding Subscriber(
        Func<IncomingEvent, CancellationToken, Task<EventOutcome>> handle,
        string topic = "t",
        string app = "a",
        int concurrency = 16,
        string? deadLetterTopic = null) =>
        new(
            new Subscription
            {
                Topic = topic,
                App = app,
                Concurrency = concurrency,
                DeadLetterTopic = deadLetterTopic,
            },
            _ => new DelegateHandler(handle));

    public static SubscriptionBinding Subscriber(
        Func<IncomingEvent, EventOutcome> handle, string topic = "t", string app = "a", int concurrency = 16) =>
        Subscriber((e, _) => Task.FromResult(handle(e)), topic, app, concurrency);

    /// <summary>Takes every event and notes its id.</summary>
    public static SubscriptionBinding Subscriber(Recorded<string> received, string topic = "t", string app = "a") =>
        Subscriber(
            e =>
            {
                received.Add(e.Id);
                return EventOutcome.Processed;
            },
            topic,
            app,
            concurrency: 1);
}
