using System.Net;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests.Actors;

/// <summary>Actors whose turn does not end, given up by the sidecar or by their host; on a clock of the test's.</summary>
public sealed class ActorEndTests : ActorHostSetup
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(11);

    private readonly SignallingTimeProvider _time = new();
    private readonly TaskCompletionSource _release = new();

    [Fact]
    public async Task Deactivate_BehindATurnThatDoesNotEnd_Is200AndTheNextTurnIsANewActors()
    {
        var activations = 0;
        var deactivations = 0;
        await using var harness = await StartAsync(_ =>
        {
            activations++;
            return new TestActor(async (method, _, _) =>
            {
                await (method == "stuck" ? _release.Task : Task.CompletedTask);
                return default;
            })
            {
                OnDeactivate = () =>
                {
                    deactivations++;
                    return Task.CompletedTask;
                },
            };
        });

        var stuck = TurnAsync(harness, "/actors/Counter/a1/method/stuck");
        await WhenTimersAsync(CallTimeout, 2);
        _time.Advance(CallTimeout);
        Assert.Contains("TimedOut", (await stuck.DefaultTimeout()).Body, StringComparison.Ordinal);
        var given = harness.Http.DeleteAsync(new Uri("/actors/Counter/a1", UriKind.Relative));
        await WhenTimersAsync(CallTimeout, 4);
        _time.Advance(CallTimeout);
        using (var answer = await given.DefaultTimeout())
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        // The turn ends well, and too late: the actor may live elsewhere by now.
        _release.SetResult();
        Assert.Equal((200, ""), await TurnAsync(harness, "/actors/Counter/a1/method/m"));
        Assert.Equal((200, ""), await TurnAsync(harness, "/actors/Counter/a1/method/m"));

        Assert.Equal((2, 0), (activations, deactivations));
    }

    [Fact]
    public async Task Stop_LastTurnDoesNotEnd_EndsAfterTheTimeToDrainAndSaysSo()
    {
        var stopping = new TaskCompletionSource();
        await using var harness = await StartAsync(_ => new TestActor((_, _, _) => Text(""))
        {
            OnDeactivate = () =>
            {
                stopping.TrySetResult();
                return _release.Task;
            },
        });
        await TurnAsync(harness, "/actors/Counter/a1/method/m");

        var stop = harness.StopAsync();
        await stopping.Task.DefaultTimeout();
        await WhenTimersAsync(DrainTimeout, 1);
        Assert.False(stop.IsCompleted);
        _time.Advance(DrainTimeout);
        await stop.DefaultTimeout();

        Assert.Equal(
            "Actors of Counter did not end their turns within 00:00:11",
            Assert.Single(Logs.Lines.Items, l => l.Id == 1053).Message);
        _release.SetResult();
    }

    private Task<SidecarHarness> StartAsync(Func<IActorContext, IActor> make) => StartAsync(
        make,
        new ActorRegistration
        {
            Type = "Counter",
            App = "a",
            DrainTimeout = DrainTimeout,
            Limits = new ActorLimits { CallTimeout = CallTimeout },
        },
        _time);

    // Each turn sets two timers of its limit: one for the turn, one for who waits for it.
    private async Task WhenTimersAsync(TimeSpan due, int count)
    {
        for (var timers = 1; _time.Timers.Items.Count(t => t == due) < count; timers++)
        {
            await _time.Timers.WhenCount(timers).DefaultTimeout();
        }
    }
}
