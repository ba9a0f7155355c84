using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests;

public sealed class SidecarWatchTests
{
    [Fact]
    public async Task Publish_SidecarIsNotReady_WaitsForItWithoutHoldingTheStart()
    {
        var time = new SignallingTimeProvider();
        var logs = new RecordedLogs();
        await using var sidecar = await FakeSidecar.StartAsync();
        sidecar.HealthStatus = 500;
        await using var harness = await SidecarHarness.StartAsync(
            sidecar.Address,
            Some.Settings(("StartTimeout", "00:10:00")),
            s => s.AddSingleton<TimeProvider>(time).AddLogging(l => l.AddProvider(logs)));
        using var health = await harness.Http.GetAsync(new Uri("/healthz", UriKind.Relative)).DefaultTimeout();
        Assert.True(health.IsSuccessStatusCode);

        var publish = harness.Publisher.PublishAsync("t", Some.Events(1), default);
        await WhenTimerAsync(time, 0.1);
        Assert.False(publish.IsCompleted);
        sidecar.HealthStatus = 204;
        time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.True((await publish.DefaultTimeout())[0].Succeeded);
        Assert.Contains(logs.Lines.Items, l => l.Id == 1040);
        Assert.Contains(logs.Lines.Items, l => l.Id == 1041);
    }

    [Fact]
    public async Task Publish_SidecarIsNotReadyForTooLong_IsTriedAndSaysWhatIsWrong()
    {
        await using var sidecar = await FakeSidecar.StartAsync();
        sidecar.HealthStatus = 500;
        sidecar.AnswerAlways(500, """{"errorCode":"ERR_X","message":"not yet"}""");
        await using var harness = await SidecarHarness.StartAsync(
            sidecar.Address, Some.Settings(("StartTimeout", "00:00:00.1")));

        var results = await harness.Publisher.PublishAsync("t", Some.Events(1), default).DefaultTimeout();

        Assert.Equal("the sidecar answered 500 ERR_X: not yet", results[0].Error);
    }

    private static async Task WhenTimerAsync(SignallingTimeProvider time, double seconds)
    {
        for (var timers = 1; !time.Timers.Items.Contains(TimeSpan.FromSeconds(seconds)); timers++)
        {
            await time.Timers.WhenCount(timers).DefaultTimeout();
        }
    }
}
