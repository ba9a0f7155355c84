using System.Text;
using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.Tests.Support.BuildingBlocks;

/// <summary>What any pub/sub adapter does for a handler of batches. Derive it once per adapter.</summary>
public abstract class BulkPubSubContract
{
    /// <summary>A topic of this test's own, as brokers keep what earlier tests left.</summary>
    protected string Topic { get; } = $"contract.{Guid.NewGuid():N}";

    [Fact]
    public async Task DeliverBulk_ManyEvents_AllArriveInBatchesOfAtMostTheCount()
    {
        var received = new Recorded<string>();
        var sizes = new Recorded<int>();
        await using var harness = await StartAsync(Bulk(events =>
        {
            sizes.Add(events.Count);
            return [.. events.Select(e => Record(received, e.Id))];
        }));
        var ids = Ids(95);

        await PublishAsync(harness, ids);

        await received.WhenCount(ids.Length).DefaultTimeout();
        Assert.Equal(ids.Order(), received.Items.Distinct().Order());
        Assert.All(sizes.Items, size => Assert.InRange(size, 1, 10));
    }

    [Fact]
    public async Task DeliverBulk_FewerThanTheCount_ArriveAfterTheWait()
    {
        var received = new Recorded<string>();
        await using var harness = await StartAsync(Bulk(events => [.. events.Select(e => Record(received, e.Id))]));

        await PublishAsync(harness, Ids(3));

        await received.WhenCount(3).DefaultTimeout();
    }

    [Fact]
    public async Task DeliverBulk_SomeAnswersAreRetry_OnlyThoseComeAgain()
    {
        var received = new Recorded<string>();
        await using var harness = await StartAsync(Bulk(events =>
        {
            var outcomes = new List<EventOutcome>();
            foreach (var e in events)
            {
                received.Add(e.Id);
                var first = received.Items.Count(id => id == e.Id) == 1;
                outcomes.Add(e.Id is "p1" or "p3" && first ? EventOutcome.Retry : EventOutcome.Processed);
            }

            return outcomes;
        }));

        await PublishAsync(harness, Ids(5));

        await received.WhenCount(7).DefaultTimeout();
        Assert.Equal(["p0", "p1", "p1", "p2", "p3", "p3", "p4"], received.Items.Order());
    }

    [Fact]
    public async Task DeliverBulk_HandlerThrows_AllComeAgain()
    {
        var received = new Recorded<string>();
        var calls = 0;
        await using var harness = await StartAsync(Bulk(events =>
            Interlocked.Increment(ref calls) == 1
                ? throw new InvalidOperationException("as a bug would")
                : [.. events.Select(e => Record(received, e.Id))]));

        await PublishAsync(harness, Ids(4));

        await received.WhenCount(4).DefaultTimeout();
        Assert.Equal(Ids(4), received.Items.Distinct().Order());
    }

    [Fact]
    public async Task DeliverBulk_HandlerIsBusy_NoSecondBatchStarts()
    {
        var atOnce = 0;
        var most = 0;
        var received = new Recorded<string>();
        await using var harness = await StartAsync(Bulk(async (events, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref atOnce));
            await Task.Yield();
            Interlocked.Decrement(ref atOnce);
            return [.. events.Select(e => Record(received, e.Id))];
        }));

        await PublishAsync(harness, Ids(200));

        await received.WhenCount(200).DefaultTimeout();
        Assert.Equal(1, most);
    }

    /// <summary>Starts the adapter with these subscriptions; retries come after 100 ms at most.</summary>
    protected abstract Task<IPubSubHarness> StartAsync(params SubscriptionBinding[] bindings);

    private SubscriptionBinding Bulk(Func<IReadOnlyList<IncomingEvent>, IReadOnlyList<EventOutcome>> handle) =>
        Bulk((events, _) => Task.FromResult(handle(events)));

    private SubscriptionBinding Bulk(
        Func<IReadOnlyList<IncomingEvent>, CancellationToken, Task<IReadOnlyList<EventOutcome>>> handle) =>
        new(
            new Subscription { Topic = Topic, App = "a", Bulk = new BulkDelivery { MaxCount = 10 } },
            _ => new DelegateBulkHandler(handle));

    private async Task PublishAsync(IPubSubHarness harness, string[] ids)
    {
        var events = ids.Select(id => new OutgoingEvent(id, Encoding.UTF8.GetBytes($"\"{id}\""))).ToArray();
        var results = await harness.Publisher.PublishAsync(Topic, events, default).DefaultTimeout();
        Assert.All(results, r => Assert.True(r.Succeeded, r.Error));
    }

    private static EventOutcome Record(Recorded<string> recorded, string item)
    {
        recorded.Add(item);
        return EventOutcome.Processed;
    }

    private static string[] Ids(int count) => [.. Enumerable.Range(0, count).Select(i => $"p{i}")];
}
