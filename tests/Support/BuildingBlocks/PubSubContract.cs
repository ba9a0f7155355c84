using System.Collections.Concurrent;
using System.Text;
using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.Tests.Support.BuildingBlocks;

/// <summary>What any pub/sub adapter does for a handler of single events. Derive it once per adapter.</summary>
public abstract class PubSubContract
{
    /// <summary>A topic of this test's own, as brokers keep what earlier tests left.</summary>
    protected string Topic { get; } = $"contract.{Guid.NewGuid():N}";

    [Fact]
    public async Task Publish_OneEvent_ArrivesWithIdTopicAndData()
    {
        var received = new Recorded<(string Id, string Topic, string Data)>();
        await using var harness = await StartAsync(Single("a", e =>
        {
            received.Add((e.Id, e.Topic, Encoding.UTF8.GetString(e.Data.Span)));
            return EventOutcome.Processed;
        }));

        await PublishAsync(harness, "x:1");

        await received.WhenCount(1).DefaultTimeout();
        Assert.Equal(("x:1", Topic, """{"n":"x:1"}"""), received.Items[0]);
    }

    [Fact]
    public async Task Publish_ManyEvents_AnswersEachInOrder()
    {
        await using var harness = await StartAsync(Single("a", _ => EventOutcome.Processed));
        var ids = Ids(1000);

        var results = await harness.Publisher.PublishAsync(Topic, Events(ids), default).DefaultTimeout();

        Assert.Equal(ids, results.Select(r => r.Id));
        Assert.All(results, r => Assert.True(r.Succeeded, r.Error));
    }

    [Fact]
    public async Task Publish_NoEvents_AnswersNone()
    {
        await using var harness = await StartAsync(Single("a", _ => EventOutcome.Processed));

        var results = await harness.Publisher.PublishAsync(Topic, [], default).DefaultTimeout();

        Assert.Empty(results);
    }

    [Fact]
    public async Task Publish_TopicWithoutSubscriber_IsTaken()
    {
        await using var harness = await StartAsync(Single("a", _ => EventOutcome.Processed));

        var results = await harness.Publisher.PublishAsync($"{Topic}.unheard", Events(["1"]), default).DefaultTimeout();

        Assert.True(Assert.Single(results).Succeeded);
    }

    [Fact]
    public async Task Publish_CancelledToken_Throws()
    {
        await using var harness = await StartAsync(Single("a", _ => EventOutcome.Processed));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => harness.Publisher.PublishAsync(Topic, Events(["1"]), new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Publish_TwoAppsSubscribe_EachGetsEveryEvent()
    {
        var ids = Ids(200);
        var first = new Recorded<string>();
        var second = new Recorded<string>();
        await using var harness = await StartAsync(
            Single("a", e => Record(first, e.Id)), Single("b", e => Record(second, e.Id)));

        await PublishAsync(harness, ids);

        await Task.WhenAll(first.WhenCount(ids.Length), second.WhenCount(ids.Length)).DefaultTimeout();
        Assert.Equal(ids.Order(), first.Items.Distinct().Order());
        Assert.Equal(ids.Order(), second.Items.Distinct().Order());
    }

    [Fact]
    public async Task Publish_BufferIsReusedAfterwards_DeliversWhatWasPublished()
    {
        var go = new TaskCompletionSource();
        var received = new Recorded<string>();
        await using var harness = await StartAsync(Single("a", async (e, _) =>
        {
            await go.Task;
            return Record(received, Encoding.UTF8.GetString(e.Data.Span));
        }));
        var buffer = Encoding.UTF8.GetBytes("\"before\"");

        await harness.Publisher.PublishAsync(Topic, [new OutgoingEvent("1", buffer)], default).DefaultTimeout();
        Encoding.UTF8.GetBytes("\"after!\"", buffer);
        go.SetResult();

        await received.WhenCount(1).DefaultTimeout();
        Assert.Equal("\"before\"", received.Items[0]);
    }

    [Fact]
    public async Task Deliver_HandlerAnswersRetry_ComesAgainUntilProcessed()
    {
        var attempts = new Recorded<string>();
        await using var harness = await StartAsync(Single("a", e =>
        {
            attempts.Add(e.Id);
            return attempts.Items.Count < 4 ? EventOutcome.Retry : EventOutcome.Processed;
        }));

        await PublishAsync(harness, "1");

        await attempts.WhenCount(4).DefaultTimeout();
    }

    [Fact]
    public async Task Deliver_HandlerThrows_ComesAgain()
    {
        var attempts = new Recorded<string>();
        await using var harness = await StartAsync(Single("a", e =>
        {
            attempts.Add(e.Id);
            return attempts.Items.Count == 1
                ? throw new InvalidOperationException("as a bug would")
                : EventOutcome.Processed;
        }));

        await PublishAsync(harness, "1");

        await attempts.WhenCount(2).DefaultTimeout();
    }

    [Fact]
    public async Task Deliver_OneEventIsAlwaysRetried_TheOthersArrive()
    {
        var processed = new Recorded<string>();
        await using var harness = await StartAsync(Single(
            "a", e => e.Id == "poison" ? EventOutcome.Retry : Record(processed, e.Id)));

        await PublishAsync(harness, ["poison", .. Ids(50)]);

        await processed.WhenCount(50).DefaultTimeout();
    }

    [Fact]
    public async Task Deliver_ManyEvents_AsManyAtOnceAsAllowedAndNoMore()
    {
        var release = new TaskCompletionSource();
        var started = new Recorded<string>();
        var atOnce = new ConcurrentDictionary<string, bool>();
        var most = 0;
        await using var harness = await StartAsync(Single(
            "a",
            async (e, _) =>
            {
                atOnce[e.Id] = true;
                InterlockedMax(ref most, atOnce.Count);
                started.Add(e.Id);
                await release.Task;
                atOnce.TryRemove(new(e.Id, true));
                return EventOutcome.Processed;
            },
            concurrency: 4));

        await PublishAsync(harness, Ids(20));
        await started.WhenCount(4).DefaultTimeout();
        release.SetResult();
        await started.WhenCount(20).DefaultTimeout();

        Assert.Equal(4, most);
    }

    [Fact]
    public async Task Deliver_HandlerPublishes_TheNextHandlerGetsIt()
    {
        var next = $"{Topic}.next";
        var received = new Recorded<string>();
        IPublisher? publisher = null;
        await using var harness = await StartAsync(
            Single("a", async (e, token) =>
            {
                var results = await publisher!.PublishAsync(next, Events([e.Id + "@1"]), token);
                return results[0].Succeeded ? EventOutcome.Processed : EventOutcome.Retry;
            }),
            new SubscriptionBinding(
                new Subscription { Topic = next, App = "b" },
                _ => new DelegateHandler(e => Record(received, e.Id))));
        publisher = harness.Publisher;

        await PublishAsync(harness, "1", "2");

        await received.WhenCount(2).DefaultTimeout();
        Assert.Equal(["1@1", "2@1"], received.Items.Distinct().Order());
    }

    [Fact]
    public async Task Deliver_RefusedAsOftenAsAllowed_GoesToDeadLetterTopicWithItsData()
    {
        var dead = $"{Topic}.dead";
        var letters = new Recorded<string>();
        var attempts = new Recorded<string>();
        await using var harness = await StartAsync(
            deadLetterAfter: 3,
            new SubscriptionBinding(
                new Subscription { Topic = Topic, App = "a", DeadLetterTopic = dead },
                _ => new DelegateHandler(e =>
                {
                    attempts.Add(e.Id);
                    return EventOutcome.Retry;
                })),
            new SubscriptionBinding(
                new Subscription { Topic = dead, App = "b" },
                _ => new DelegateHandler(e => Record(letters, e.Id + Encoding.UTF8.GetString(e.Data.Span)))));

        await PublishAsync(harness, "1");

        await letters.WhenCount(1).DefaultTimeout();
        Assert.Equal("""1{"n":"1"}""", letters.Items[0]);
        Assert.Equal(3, attempts.Items.Count);
    }

    [Fact]
    public async Task Stop_HandlerIsUnderWay_IsWaitedFor()
    {
        var started = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var processed = new Recorded<string>();
        var harness = await StartAsync(Single("a", async (e, _) =>
        {
            started.TrySetResult();
            await go.Task;
            return Record(processed, e.Id);
        }));
        await PublishAsync(harness, "1");
        await started.Task.DefaultTimeout();

        var stopped = harness.DisposeAsync().AsTask();
        go.SetResult();
        await stopped.DefaultTimeout();

        Assert.Equal(["1"], processed.Items);
    }

    /// <summary>Starts the adapter with these subscriptions; retries come after 100 ms at most.</summary>
    protected abstract Task<IPubSubHarness> StartAsync(int? deadLetterAfter, params SubscriptionBinding[] bindings);

    private Task<IPubSubHarness> StartAsync(params SubscriptionBinding[] bindings) => StartAsync(null, bindings);

    private SubscriptionBinding Single(string app, Func<IncomingEvent, EventOutcome> handle) =>
        Single(app, (delivered, _) => Task.FromResult(handle(delivered)));

    private SubscriptionBinding Single(
        string app, Func<IncomingEvent, CancellationToken, Task<EventOutcome>> handle, int concurrency = 16) =>
        new(
            new Subscription { Topic = Topic, App = app, Concurrency = concurrency },
            _ => new DelegateHandler(handle));

    private async Task PublishAsync(IPubSubHarness harness, params string[] ids)
    {
        var results = await harness.Publisher.PublishAsync(Topic, Events(ids), default).DefaultTimeout();
        Assert.All(results, r => Assert.True(r.Succeeded, r.Error));
    }

    private static EventOutcome Record(Recorded<string> recorded, string item)
    {
        recorded.Add(item);
        return EventOutcome.Processed;
    }

    private static string[] Ids(int count) => [.. Enumerable.Range(0, count).Select(i => $"p{i}")];

    private static OutgoingEvent[] Events(IEnumerable<string> ids) =>
        [.. ids.Select(id => new OutgoingEvent(id, Encoding.UTF8.GetBytes($$"""{"n":"{{id}}"}""")))];

    private static void InterlockedMax(ref int most, int now)
    {
        for (var seen = most; now > seen; seen = most)
        {
            Interlocked.CompareExchange(ref most, now, seen);
        }
    }
}
