using Microsoft.Extensions.DependencyInjection;
using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.BuildingBlocks.Tests.InProcess;

public sealed class BackPressureTests : IDisposable
{
    private static readonly InProcessOptions TwoAtMost = new() { QueueCapacity = 2 };

    private readonly SemaphoreSlim _answers = new(0);
    private readonly Recorded<string> _processed = new();

    public void Dispose() => _answers.Dispose();

    [Fact]
    public async Task Publish_QueueIsFull_WaitsForAnAnswer()
    {
        await using var harness = await InProcessHarness.StartAsync(TwoAtMost, _ => { }, Gated());

        var publish = harness.Publisher.PublishAsync("t", Some.Events(3), default);
        Assert.False(publish.IsCompleted);
        _answers.Release();

        Assert.All(await publish.DefaultTimeout(), r => Assert.True(r.Succeeded));
        _answers.Release(2);
    }

    [Fact]
    public async Task Publish_OneAppIsFull_TheOthersGetWhatCameBefore()
    {
        var other = new Recorded<string>();
        await using var harness = await InProcessHarness.StartAsync(
            TwoAtMost, _ => { }, Gated(), Some.Subscriber(other, app: "b"));

        var publish = harness.Publisher.PublishAsync("t", Some.Events(4), default);

        await other.WhenCount(2).DefaultTimeout();
        Assert.False(publish.IsCompleted);
        _answers.Release(4);
        await publish.DefaultTimeout();
    }

    [Fact]
    public async Task Publish_CancelledWhileItWaits_ThrowsAndTakesNoMore()
    {
        using var giveUp = new CancellationTokenSource();
        await using var harness = await InProcessHarness.StartAsync(TwoAtMost, _ => { }, Gated());

        var publish = harness.Publisher.PublishAsync("t", Some.Events(3), giveUp.Token);
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publish.DefaultTimeout());
        _answers.Release(3);
        await harness.DisposeAsync();
        Assert.Equal(["p0", "p1"], _processed.Items.Order());
    }

    [Fact]
    public async Task Publish_RetriedEventsFillTheQueue_Waits()
    {
        var time = new SignallingTimeProvider();
        var outcome = EventOutcome.Retry;
        await using var harness = await InProcessHarness.StartAsync(
            TwoAtMost, s => s.AddSingleton<TimeProvider>(time), Some.Subscriber(_ => outcome));

        await harness.Publisher.PublishAsync("t", Some.Events(2), default).DefaultTimeout();
        var publish = harness.Publisher.PublishAsync("t", Some.Events(1), default);
        await time.Timers.WhenCount(1).DefaultTimeout();
        Assert.False(publish.IsCompleted);
        outcome = EventOutcome.Processed;
        time.Advance(TimeSpan.FromMilliseconds(500));

        Assert.True((await publish.DefaultTimeout())[0].Succeeded);
    }

    private SubscriptionBinding Gated() => Some.Subscriber(async (e, token) =>
    {
        await _answers.WaitAsync(token);
        _processed.Add(e.Id);
        return EventOutcome.Processed;
    });
}
