using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Tests.Support.BuildingBlocks;

namespace Moodstream.BuildingBlocks.Tests.InProcess;

public sealed class RetryTests
{
    private static readonly InProcessOptions Defaults = new();
    private static readonly InProcessOptions Quick = new() { RetryInterval = TimeSpan.FromMilliseconds(1) };

    [Fact]
    public async Task Retry_ByDefault_ComesHalfASecondLater()
    {
        var time = new SignallingTimeProvider();
        var attempts = new Recorded<DateTimeOffset>();
        await using var harness = await InProcessHarness.StartAsync(
            Defaults,
            s => s.AddSingleton<TimeProvider>(time),
            Some.Subscriber(_ =>
            {
                attempts.Add(time.GetUtcNow());
                return attempts.Items.Count < 3 ? EventOutcome.Retry : EventOutcome.Processed;
            }));

        await harness.Publisher.PublishAsync("t", Some.Events(1), default).DefaultTimeout();
        for (var attempt = 1; attempt < 3; attempt++)
        {
            await time.Timers.WhenCount(attempt).DefaultTimeout();
            time.Advance(TimeSpan.FromMilliseconds(499));
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await attempts.WhenCount(3).DefaultTimeout();
        var start = attempts.Items[0];
        Assert.Equal([0, 500, 1000], attempts.Items.Select(at => (at - start).TotalMilliseconds));
    }

    [Fact]
    public async Task Retry_SubscriptionWithDeadLetterTopicButNoLimit_GoesOn()
    {
        var attempts = new Recorded<string>();
        var letters = new Recorded<string>();
        await using var harness = await InProcessHarness.StartAsync(
            Quick,
            _ => { },
            Some.Subscriber(
                (e, _) =>
                {
                    attempts.Add(e.Id);
                    return Task.FromResult(attempts.Items.Count < 50 ? EventOutcome.Retry : EventOutcome.Processed);
                },
                deadLetterTopic: "dead"),
            Some.Subscriber(letters, "dead"));

        await harness.Publisher.PublishAsync("t", Some.Events(1), default).DefaultTimeout();

        await attempts.WhenCount(50).DefaultTimeout();
        Assert.Empty(letters.Items);
    }

    [Fact]
    public async Task DeadLetter_IsRefused_TheEventIsRetriedUntilItIsTaken()
    {
        var letters = new Recorded<string>();
        var faults = new InProcessFaults { Seed = 1, RefuseOneIn = new Dictionary<string, int> { ["dead"] = 2 } };
        await using var harness = await InProcessHarness.StartAsync(
            Quick with { DeadLetterAfter = 1 },
            s => s.AddSingleton(faults),
            Some.Subscriber((_, _) => Task.FromResult(EventOutcome.Retry), deadLetterTopic: "dead"),
            Some.Subscriber(letters, "dead"));

        await harness.Publisher.PublishAsync("t", Some.Events(40), default).DefaultTimeout();

        await letters.WhenCount(40).DefaultTimeout();
        Assert.Equal(40, letters.Items.Distinct().Count());
    }

    [Fact]
    public async Task Exception_OfOneCause_IsLoggedOnceAndCountedEachTime()
    {
        var attempts = new Recorded<string>();
        var logs = new RecordedLogs();
        await using var harness = await InProcessHarness.StartAsync(
            Quick,
            s => s.AddLogging(l => l.AddProvider(logs)),
            Some.Subscriber(e =>
            {
                attempts.Add(e.Id);
                return attempts.Items.Count <= 10
                    ? throw new InvalidOperationException(attempts.Items.Count <= 5 ? "one" : "two")
                    : EventOutcome.Processed;
            }));
        using var metrics = harness.Metrics();

        await harness.Publisher.PublishAsync("t", Some.Events(1), default).DefaultTimeout();
        await attempts.WhenCount(11).DefaultTimeout();
        await harness.StopAsync().DefaultTimeout();

        Assert.Equal(["one", "two"], logs.Lines.Items.Where(l => l.Id == 1000).Select(l => l.Exception!.Message));
        Assert.Equal(10, metrics["moodstream.pubsub.handler.failures{topic=t,app=a}"]);
    }

    [Fact]
    public async Task BulkHandler_GivesTooFewAnswers_AllComeAgain()
    {
        var received = new Recorded<string>();
        var calls = 0;
        var handler = new DelegateBulkHandler(events =>
        {
            foreach (var e in events)
            {
                received.Add(e.Id);
            }

            return ++calls == 1 ? [EventOutcome.Processed] : [.. events.Select(_ => EventOutcome.Processed)];
        });
        await using var harness = await InProcessHarness.StartAsync(
            Quick,
            _ => { },
            new SubscriptionBinding(
                new Subscription { Topic = "t", App = "a", Bulk = new BulkDelivery { MaxCount = 3 } }, _ => handler));

        await harness.Publisher.PublishAsync("t", Some.Events(3), default).DefaultTimeout();

        await received.WhenCount(6).DefaultTimeout();
        Assert.Equal(["p0", "p0", "p1", "p1", "p2", "p2"], received.Items.Order());
    }

    [Fact]
    public async Task Bulk_FewerThanTheCount_ComeWhenTheWaitIsOver()
    {
        var time = new SignallingTimeProvider();
        var batches = new Recorded<int>();
        var handler = new DelegateBulkHandler(events =>
        {
            batches.Add(events.Count);
            return [.. events.Select(_ => EventOutcome.Processed)];
        });
        await using var harness = await InProcessHarness.StartAsync(
            Defaults,
            s => s.AddSingleton<TimeProvider>(time),
            new SubscriptionBinding(new Subscription { Topic = "t", App = "a" }, _ => handler));

        await harness.Publisher.PublishAsync("t", Some.Events(1), default).DefaultTimeout();
        await time.Timers.WhenCount(1).DefaultTimeout();
        time.Advance(TimeSpan.FromMilliseconds(39));
        Assert.Empty(batches.Items);
        await harness.Publisher.PublishAsync("t", Some.Events(98), default).DefaultTimeout();
        time.Advance(TimeSpan.FromMilliseconds(1));

        await batches.WhenCount(1).DefaultTimeout();
        await harness.Publisher.PublishAsync("t", Some.Events(100), default).DefaultTimeout();
        await batches.WhenCount(2).DefaultTimeout(); // a full batch waits for no clock
    }
}
