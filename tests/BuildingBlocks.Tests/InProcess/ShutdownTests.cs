using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.BuildingBlocks.Tests.InProcess;

public sealed class ShutdownTests
{
    private static readonly InProcessOptions Defaults = new();

    [Fact]
    public async Task Stop_HandlersPublishOn_DrainsTheWholeChain()
    {
        var last = new Recorded<string>();
        IPublisher? publisher = null;
        var harness = await InProcessHarness.StartAsync(
            Defaults,
            _ => { },
            Forward("t", "u"),
            Forward("u", "v"),
            Some.Subscriber(last, "v"));
        publisher = harness.Publisher;
        await publisher.PublishAsync("t", Some.Events(500), default).DefaultTimeout();

        await harness.DisposeAsync();

        Assert.Equal(500, last.Items.Distinct().Count());

        SubscriptionBinding Forward(string from, string to) => Some.Subscriber(
            async (e, token) =>
            {
                var results = await publisher!.PublishAsync(to, [new OutgoingEvent(e.Id, e.Data)], token);
                return results[0].Succeeded ? EventOutcome.Processed : EventOutcome.Retry;
            },
            from);
    }

    [Fact]
    public async Task Stop_HostedServicePublishesWhileItStops_IsDelivered()
    {
        var received = new Recorded<string>();
        var harness = await InProcessHarness.StartAsync(
            Defaults, s => s.AddHostedService<PublishesAtBothEnds>(), Some.Subscriber(received));

        await harness.DisposeAsync();

        Assert.Equal(["started", "stopped"], received.Items);
    }

    [Fact]
    public async Task Stop_EventIsRetriedForEver_AbandonsItAfterTheGracePeriodWithACount()
    {
        var time = new SignallingTimeProvider();
        var logs = new RecordedLogs();
        var harness = await InProcessHarness.StartAsync(
            Defaults,
            s => s.AddSingleton<TimeProvider>(time).AddLogging(l => l.AddProvider(logs)),
            Some.Subscriber(_ => EventOutcome.Retry));
        using var metrics = harness.Metrics();
        await harness.Publisher.PublishAsync("t", Some.Events(2), default).DefaultTimeout();
        await time.Timers.WhenCount(1).DefaultTimeout();

        var stop = harness.StopAsync();
        await WhenGracePeriodRunsAsync(time);
        time.Advance(TimeSpan.FromSeconds(5));
        await stop.DefaultTimeout();

        Assert.Equal(2, metrics["moodstream.pubsub.abandoned{topic=t,app=a}"]);
        var line = Assert.Single(logs.Lines.Items, l => l.Id == 1002);
        Assert.Equal("2 events of t were not answered by a within the 00:00:05 of a shutdown", line.Message);
        await harness.DisposeAsync();
    }

    [Fact]
    public async Task Stop_GracePeriodIsOver_CancelsTheHandlersToken()
    {
        var time = new SignallingTimeProvider();
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        var harness = await InProcessHarness.StartAsync(
            Defaults, s => s.AddSingleton<TimeProvider>(time), Some.Subscriber(async (_, token) =>
            {
                started.SetResult();
                token.Register(cancelled.SetResult);
                await cancelled.Task;
                token.ThrowIfCancellationRequested();
                return EventOutcome.Processed;
            }));
        await harness.Publisher.PublishAsync("t", Some.Events(1), default).DefaultTimeout();
        await started.Task.DefaultTimeout();

        var stop = harness.StopAsync();
        await WhenGracePeriodRunsAsync(time);
        Assert.False(cancelled.Task.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));

        await stop.DefaultTimeout();
        Assert.True(cancelled.Task.IsCompleted);
        await harness.DisposeAsync();
    }

    [Fact]
    public async Task Publish_AfterTheStop_IsRefusedPerEntry()
    {
        var received = new Recorded<string>();
        var harness = await InProcessHarness.StartAsync(Defaults, _ => { }, Some.Subscriber(received));
        var publisher = harness.Publisher;
        await harness.StopAsync().DefaultTimeout();

        var results = await publisher.PublishAsync("t", Some.Events(2), default).DefaultTimeout();

        Assert.All(results, r => Assert.StartsWith("stopped", r.Error, StringComparison.Ordinal));
        await harness.DisposeAsync();
        Assert.False((await publisher.PublishAsync("t", Some.Events(1), default).DefaultTimeout())[0].Succeeded);
        Assert.Empty(received.Items);
    }

    [Fact]
    public async Task Publish_WaitsForRoomAtTheEnd_IsRefused()
    {
        var harness = await InProcessHarness.StartAsync(
            Defaults with { QueueCapacity = 1, GracePeriod = TimeSpan.Zero },
            _ => { },
            Some.Subscriber(async (_, token) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                return EventOutcome.Processed;
            }));
        var publish = harness.Publisher.PublishAsync("t", Some.Events(2), default);

        await harness.DisposeAsync();

        Assert.Equal([true, false], (await publish.DefaultTimeout()).Select(r => r.Succeeded));
    }

    // The grace period is the only timer of five seconds.
    private static async Task WhenGracePeriodRunsAsync(SignallingTimeProvider time)
    {
        for (var timers = 1; !time.Timers.Items.Contains(TimeSpan.FromSeconds(5)); timers++)
        {
            await time.Timers.WhenCount(timers).DefaultTimeout();
        }
    }

    private sealed class PublishesAtBothEnds(IPublisher publisher) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) =>
            publisher.PublishAsync("t", Some.Events("started"), cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) =>
            publisher.PublishAsync("t", Some.Events("stopped"), cancellationToken);
    }
}
