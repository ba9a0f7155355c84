using System.Net;
using System.Text;

namespace Moodstream.SidecarAdapter.Tests.Actors;

/// <summary>Reminders, timers and the ends of activations.</summary>
public sealed class ActorAlarmHostTests : ActorHostSetup
{
    [Fact]
    public async Task Reminder_IsSetInGosDurationsWithItsDataAsItIs()
    {
        await using var harness = await StartAsync(context => new TestActor(async (_, _, token) =>
        {
            await context.SetReminderAsync(
                "r", TimeSpan.FromSeconds(1.5), TimeSpan.FromDays(2), """{ "n":9007199254740993 }"""u8.ToArray(), token);
            await context.SetTimerAsync("t", TimeSpan.Zero, null, default, token);
            await context.RemoveReminderAsync("r", token);
            await context.RemoveTimerAsync("t", token);
            return default;
        }));

        await TurnAsync(harness, "/actors/Counter/a1/method/m");

        Assert.Equal(
            [
                """POST /v1.0/actors/Counter/a1/reminders/r {"dueTime":"1500ms","period":"172800000ms","data":{ "n":9007199254740993 }}""",
                """POST /v1.0/actors/Counter/a1/timers/t {"dueTime":"0ms"}""",
                "DELETE /v1.0/actors/Counter/a1/reminders/r ",
                "DELETE /v1.0/actors/Counter/a1/timers/t ",
            ],
            Sidecar.Calls.Items.Select(c => $"{c.Method} {c.Target} {c.Text}"));
    }

    [Theory]
    [InlineData("""{"data":{"n":2},"dueTime":"","period":""}""", """{"n":2}""")]
    [InlineData("""{"dueTime":"","period":""}""", "")]
    [InlineData("""{"data":null,"dueTime":"","period":""}""", "")]
    [InlineData("", "")]
    [InlineData("<html>", "")]
    public async Task Reminder_Fires_HandsOnItsData(string body, string data)
    {
        var reminded = new Recorded<string>();
        await using var harness = await StartAsync(_ => new TestActor(Unknown)
        {
            OnReminder = (name, given, _) =>
            {
                reminded.Add($"{name}:{Encoding.UTF8.GetString(given.Span)}");
                return Task.CompletedTask;
            },
        });

        Assert.Equal((200, ""), await TurnAsync(harness, "/actors/Counter/a1/method/remind/wake", body));
        Assert.Equal($"wake:{data}", Assert.Single(reminded.Items));
    }

    [Fact]
    public async Task Reminder_TurnThrows_Is500SoThatItComesAgain()
    {
        await using var harness = await StartAsync(_ => new TestActor(Unknown)
        {
            OnReminder = (_, _, _) => throw new InvalidOperationException("as a bug would"),
        });

        Assert.Equal(500, (await TurnAsync(harness, "/actors/Counter/a1/method/remind/wake")).Status);
    }

    [Fact]
    public async Task Reminder_IsUnknown_IsRemovedAnd404()
    {
        await using var harness = await StartAsync(_ => new TestActor(Unknown));

        Assert.Equal(404, (await TurnAsync(harness, "/actors/Counter/a1/method/remind/old")).Status);

        Assert.Equal(
            "DELETE /v1.0/actors/Counter/a1/reminders/old",
            Sidecar.Calls.Items.Select(c => $"{c.Method} {c.Target}").Single());
    }

    [Fact]
    public async Task Timer_OfThisActivation_Fires_OfAnEarlierOneIsCancelled()
    {
        var ticks = new Recorded<string>();
        await using var harness = await StartAsync(context => new TestActor(async (method, _, token) =>
        {
            if (method == "bad")
            {
                throw new InvalidOperationException("as a bug would");
            }

            await context.SetTimerAsync("t", TimeSpan.Zero, TimeSpan.FromSeconds(1), default, token);
            await context.SetTimerAsync("once", TimeSpan.Zero, null, default, token);
            return default;
        })
        {
            OnTimer = (name, _, _) =>
            {
                ticks.Add(name);
                return Task.CompletedTask;
            },
        });
        await TurnAsync(harness, "/actors/Counter/a1/method/set");

        foreach (var timer in new[] { "t", "t", "once" })
        {
            var (status, _, headers) = await TurnWithHeadersAsync(harness, $"/actors/Counter/a1/method/timer/{timer}");
            Assert.Equal(200, status);
            Assert.False(headers.Contains("X-DaprReminderCancel"));
        }

        await TurnAsync(harness, "/actors/Counter/a1/method/bad");
        var late = await TurnWithHeadersAsync(harness, "/actors/Counter/a1/method/timer/t");

        Assert.Equal(200, late.Status);
        Assert.Equal("true", Assert.Single(late.Headers.GetValues("X-DaprReminderCancel")));
        Assert.Equal(["t", "t", "once"], ticks.Items);
    }

    [Fact]
    public async Task Deactivate_ActiveActor_HasALastTurnThatSaves_AndIs200AlsoForOthers()
    {
        var activations = 0;
        await using var harness = await StartAsync(context =>
        {
            activations++;
            return new TestActor((_, _, _) => Text(""))
            {
                OnDeactivate = () =>
                {
                    context.State.Put("k", "1"u8.ToArray());
                    return Task.CompletedTask;
                },
            };
        });
        await TurnAsync(harness, "/actors/Counter/a1/method/m");

        foreach (var actor in new[] { "Counter/a1", "Counter/a1", "Counter/never", "Nope/x", "Counter/a%20b" })
        {
            using var answer = await harness.Http.DeleteAsync(
                new Uri($"/actors/{actor}", UriKind.Relative)).DefaultTimeout();
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal("/v1.0/actors/Counter/a1/state", Assert.Single(Sidecar.Calls.Items).Target);
        Assert.Equal(1, activations);
    }

    [Fact]
    public async Task Config_IsAskedByANewSidecar_ForgetsTheActorsOfTheOneBefore()
    {
        var activations = 0;
        await using var harness = await StartAsync(_ =>
        {
            activations++;
            return new TestActor((_, _, _) => Text(""));
        });
        await TurnAsync(harness, "/actors/Counter/a1/method/m");
        await TurnAsync(harness, "/actors/Counter/a1/method/m");
        Assert.Equal(1, activations);

        Assert.Equal(
            """{"entities":["Counter"],"actorIdleTimeout":"600000ms","drainOngoingCallTimeout":"5000ms","drainRebalancedActors":true,"reentrancy":{"enabled":false}}""",
            await harness.Http.GetStringAsync(new Uri("/dapr/config", UriKind.Relative)).DefaultTimeout());
        await TurnAsync(harness, "/actors/Counter/a1/method/m");

        Assert.Equal(2, activations);
    }

    [Fact]
    public async Task Stop_ActiveActors_AreDeactivatedAndNewCallsRefused()
    {
        var release = new TaskCompletionSource();
        var stopping = new TaskCompletionSource();
        var deactivated = new Recorded<string>();
        var harness = await StartAsync(context => new TestActor((_, _, _) => Text(""))
        {
            OnDeactivate = async () =>
            {
                stopping.TrySetResult();
                await release.Task;
                deactivated.Add(context.Id);
            },
        });
        await TurnAsync(harness, "/actors/Counter/a1/method/m");
        await TurnAsync(harness, "/actors/Counter/a2/method/m");

        var stop = harness.StopAsync();
        await stopping.Task.DefaultTimeout();
        var (_, refused) = await TurnAsync(harness, "/actors/Counter/a3/method/m");
        release.SetResult();
        await stop.DefaultTimeout();

        Assert.Equal("""{"failure":"Unreachable","reason":"its host is shutting down"}""", refused);
        Assert.Equal(["a1", "a2"], deactivated.Items.Order());
        await harness.DisposeAsync();
    }
}
