using Moodstream.BuildingBlocks.PubSub;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests.Contract;

/// <summary>
/// A sidecar that ends on SIGTERM closes its API at once, while what it delivered is still at work (Dapr's contract, 2.11).
/// </summary>
public sealed class SidecarStopTests(SharedRedis redis) : IClassFixture<SharedRedis>
{
    [RedisFact]
    public async Task Publish_WhileTheSidecarStops_IsRefusedAndTheEventComesAgain()
    {
        var started = new TaskCompletionSource();
        var refused = new TaskCompletionSource<PublishResult>();
        var done = new TaskCompletionSource<PublishResult>();
        DoubleHarness? running = null;
        await using var harness = await DoubleHarness.StartImpatientAsync(
            redis.Server,
            Some.Subscriber(async (e, token) =>
            {
                started.TrySetResult();
                PublishResult result;
                do
                {
                    result = Assert.Single(await running!.Publisher.PublishAsync("onward", [Some.Event(e.Id)], default));
                }
                while (result.Succeeded && !refused.Task.IsCompleted && !token.IsCancellationRequested);

                (result.Succeeded ? done : refused).TrySetResult(result);
                return result.Succeeded ? EventOutcome.Processed : EventOutcome.Retry;
            }));
        running = harness;
        await harness.Publisher.PublishAsync("t", [Some.Event("p")], default).DefaultTimeout();
        await started.Task.DefaultTimeout();

        await harness.StopSidecarAsync().DefaultTimeout();

        Assert.Contains("did not answer POST /v1.0/publish/bulk/", (await refused.Task.DefaultTimeout()).Error, StringComparison.Ordinal);
        Assert.StartsWith("1\n", await PendingAsync(), StringComparison.Ordinal);

        await harness.RestartSidecarAsync();

        Assert.Equal("p", (await done.Task.DefaultTimeout()).Id);
    }

    private Task<string> PendingAsync() => redis.Server.CliAsync("XPENDING", "t", "a");
}
