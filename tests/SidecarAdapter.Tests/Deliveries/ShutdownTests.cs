using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests.Deliveries;

public sealed class ShutdownTests : IDisposable
{
    private readonly SignallingTimeProvider _time = new();
    private readonly RecordedLogs _logs = new();
    private readonly Recorded<string> _started = new();

    public void Dispose() => _logs.Dispose();

    [Fact]
    public async Task Stop_HandlerIsUnderWay_IsWaitedForAndAnswered()
    {
        var go = new TaskCompletionSource();
        await using var harness = await StartAsync(async (e, _) =>
        {
            _started.Add(e.Id);
            await go.Task;
            return EventOutcome.Processed;
        });
        var delivery = harness.DeliverAsync("/events/t", Some.Delivered("1"));
        await _started.WhenCount(1).DefaultTimeout();

        var stop = harness.StopAsync();
        Assert.False(stop.IsCompleted);
        go.SetResult();

        Assert.Equal((200, """{"status":"SUCCESS"}"""), await delivery.DefaultTimeout());
        await stop.DefaultTimeout();
        Assert.DoesNotContain(_logs.Lines.Items, l => l.Id == 1047);
    }

    [Fact]
    public async Task Stop_GracePeriodIsOver_CancelsTheHandlerAnswersRetryAndCounts()
    {
        await using var harness = await StartAsync(async (e, token) =>
        {
            _started.Add(e.Id);
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
            return EventOutcome.Processed;
        });
        using var metrics = harness.Metrics();
        var delivery = harness.DeliverAsync("/events/t", Some.Delivered("1"));
        await _started.WhenCount(1).DefaultTimeout();

        var stop = harness.StopAsync();
        await WhenGracePeriodRunsAsync();
        Assert.False(delivery.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal((200, """{"status":"RETRY"}"""), await delivery.DefaultTimeout());
        await stop.DefaultTimeout();
        Assert.Equal(1, metrics["moodstream.pubsub.abandoned{topic=t,app=a}"]);
        Assert.Equal(
            "1 deliveries of t were not answered by a within the 00:00:07 of a shutdown",
            Assert.Single(_logs.Lines.Items, l => l.Id == 1047).Message);
    }

    [Fact]
    public async Task Stop_DeliveryWaitsForOthers_AnswersRetryWithoutHandlingIt()
    {
        var go = new TaskCompletionSource();
        await using var harness = await StartAsync(async (e, _) =>
        {
            _started.Add(e.Id);
            await go.Task;
            return EventOutcome.Processed;
        });
        using var metrics = harness.Metrics();
        var first = harness.DeliverAsync("/events/t", Some.Delivered("1"));
        await _started.WhenCount(1).DefaultTimeout();
        var second = harness.DeliverAsync("/events/t", Some.Delivered("2"));
        while (metrics["moodstream.pubsub.unanswered{topic=t,app=a}"] < 2)
        {
            await Task.Yield();
        }

        var stop = harness.StopAsync();
        await WhenGracePeriodRunsAsync();
        _time.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal((200, """{"status":"RETRY"}"""), await second.DefaultTimeout());
        Assert.Equal((200, """{"status":"RETRY"}"""), await first.DefaultTimeout());
        go.SetResult();
        await stop.DefaultTimeout();
        Assert.Equal("1", Assert.Single(_started.Items));
    }

    // The grace period is the only timer of seven seconds.
    private async Task WhenGracePeriodRunsAsync()
    {
        for (var timers = 1; !_time.Timers.Items.Contains(TimeSpan.FromSeconds(7)); timers++)
        {
            await _time.Timers.WhenCount(timers).DefaultTimeout();
        }
    }

    private Task<SidecarHarness> StartAsync(Func<IncomingEvent, CancellationToken, Task<EventOutcome>> handle) =>
        SidecarHarness.StartAsync(
            Some.NoSidecar,
            Some.Settings(("GracePeriod", "00:00:07")),
            s => s.AddSingleton<TimeProvider>(_time).AddLogging(l => l.AddProvider(_logs)),
            Some.Subscriber(handle, concurrency: 1));
}
