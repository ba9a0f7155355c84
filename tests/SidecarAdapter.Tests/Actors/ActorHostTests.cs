using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests.Actors;

/// <summary>The host's side: what the sidecar brings, and what the host asks of it.</summary>
public sealed class ActorHostTests : IAsyncLifetime, IDisposable
{
    private readonly ConcurrentDictionary<string, string> _state = new();
    private readonly RecordedLogs _logs = new();
    private FakeSidecar _sidecar = null!; // set before each test

    public async Task InitializeAsync()
    {
        _sidecar = await FakeSidecar.StartAsync();
        _sidecar.Answer = AnswerAsync;
    }

    public async Task DisposeAsync() => await _sidecar.DisposeAsync();

    public void Dispose() => _logs.Dispose();

    [Fact]
    public async Task Call_Method_Is200WithTheActorsBytes()
    {
        await using var harness = await StartAsync(Echo);

        Assert.Equal((200, "add:a1:[1]"), await TurnAsync(harness, "/actors/Counter/a1/method/add", "[1]"));
        Assert.Empty(_sidecar.Calls.Items);
    }

    [Fact]
    public async Task Call_ChangesState_IsSavedInOneTransactionBeforeTheAnswer()
    {
        await using var harness = await StartAsync(context => new TestActor(async (_, _, token) =>
        {
            var read = await context.State.GetAsync("gone", token);
            context.State.Put("k", """{"n":9007199254740993}"""u8.ToArray());
            context.State.Put("ttl", "1"u8.ToArray(), TimeSpan.FromSeconds(60));
            context.State.Remove("gone");
            return await context.State.GetAsync("k", token) ?? read ?? default;
        }));

        Assert.Equal(
            (200, """{"n":9007199254740993}"""), await TurnAsync(harness, "/actors/Counter/a1/method/m"));

        Assert.Equal(
            ["GET /v1.0/actors/Counter/a1/state/gone", "POST /v1.0/actors/Counter/a1/state"],
            _sidecar.Calls.Items.Select(c => $"{c.Method} {c.Target}"));
        Assert.Equal(
            """[{"operation":"upsert","request":{"key":"k","value":"{\"n\":9007199254740993}"}},{"operation":"upsert","request":{"key":"ttl","value":"1","metadata":{"ttlInSeconds":"60"}}},{"operation":"delete","request":{"key":"gone"}}]""",
            _sidecar.Calls.Items[1].Text);
    }

    [Fact]
    public async Task Call_Throws_SavesNothingAndTheNextTurnIsANewActors()
    {
        var activations = 0;
        await using var harness = await StartAsync(context =>
        {
            activations++;
            return new TestActor((method, _, _) =>
            {
                context.State.Put("k", "1"u8.ToArray());
                return method == "bad" ? throw new InvalidOperationException("as a bug would") : Text("good");
            });
        });

        var (status, body, headers) = await TurnWithHeadersAsync(harness, "/actors/Counter/a1/method/bad");
        await TurnAsync(harness, "/actors/Counter/a1/method/good");

        Assert.Equal((200, """{"failure":"Failed","reason":"as a bug would"}"""), (status, body));
        Assert.Equal("true", Assert.Single(headers.GetValues("X-DaprErrorResponseHeader")));
        Assert.Single(_sidecar.Calls.Items);
        Assert.Equal(2, activations);
        Assert.Single(_logs.Lines.Items, l => l.Id == 1051);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(400)]
    [InlineData(200)]
    public async Task Call_StateIsNotSaved_FailsAndTheNextTurnReadsWhatIsStored(int status)
    {
        var activations = 0;
        await using var harness = await StartAsync(context =>
        {
            activations++;
            return new TestActor(async (_, _, token) =>
            {
                var before = await context.State.GetAsync("k", token);
                context.State.Put("k", "2"u8.ToArray());
                return before ?? "none"u8.ToArray();
            });
        });
        _sidecar.Answer = (call, context) => call.Method == "POST"
            ? FakeSidecar.WriteAsync(context, status, "<html>", "text/html")
            : AnswerAsync(call, context);

        var (_, first) = await TurnAsync(harness, "/actors/Counter/a1/method/m");
        _sidecar.Answer = AnswerAsync;

        Assert.Contains($"the sidecar answered {status} text/html", first, StringComparison.Ordinal);
        Assert.Equal((200, "none"), await TurnAsync(harness, "/actors/Counter/a1/method/m"));
        Assert.Equal(2, activations);
    }

    [Fact]
    public async Task Call_TwoAtOnce_AreTwoTurns()
    {
        var release = new SemaphoreSlim(0);
        var started = new Recorded<string>();
        await using var harness = await StartAsync(_ => new TestActor(async (method, _, token) =>
        {
            started.Add(method);
            await release.WaitAsync(token);
            return default;
        }));

        var first = TurnAsync(harness, "/actors/Counter/a1/method/m1");
        await started.WhenCount(1).DefaultTimeout();
        var second = TurnAsync(harness, "/actors/Counter/a1/method/m2");
        var other = TurnAsync(harness, "/actors/Counter/a2/method/m3");
        await started.WhenCount(2).DefaultTimeout();

        Assert.Equal(["m1", "m3"], started.Items);
        release.Release(3);
        await Task.WhenAll(first, second, other).DefaultTimeout();
    }

    [Fact]
    public async Task Call_DoesNotEnd_IsAnsweredInTimeAndTheActorIsKeptFromASecondTurn()
    {
        var release = new TaskCompletionSource();
        await using var harness = await StartAsync(
            _ => new TestActor(async (_, _, _) =>
            {
                await release.Task;
                return default;
            }),
            new ActorLimits { CallTimeout = TimeSpan.FromMilliseconds(100) });

        for (var calls = 0; calls < 2; calls++)
        {
            Assert.Contains(
                "\"failure\":\"TimedOut\"", (await TurnAsync(harness, "/actors/Counter/a1/method/m")).Body, StringComparison.Ordinal);
        }

        release.SetResult();
    }

    [Fact]
    public async Task Call_TooManyWait_IsRefused()
    {
        var release = new TaskCompletionSource();
        var started = new Recorded<string>();
        await using var harness = await StartAsync(
            _ => new TestActor(async (method, _, _) =>
            {
                started.Add(method);
                await release.Task;
                return default;
            }),
            new ActorLimits { MaxWaiting = 1, MaxActive = 1 });
        var first = TurnAsync(harness, "/actors/Counter/a1/method/m");
        await started.WhenCount(1).DefaultTimeout();

        var others = await Task.WhenAny(Enumerable.Range(0, 2).Select(_ => TurnAsync(harness, "/actors/Counter/a1/method/m")));

        Assert.Contains("1 calls wait for it already", (await others.DefaultTimeout()).Body, StringComparison.Ordinal);
        Assert.Contains(
            "1 actors of the type are active already",
            (await TurnAsync(harness, "/actors/Counter/a2/method/m")).Body,
            StringComparison.Ordinal);
        release.SetResult();
        await first.DefaultTimeout();
    }

    [Theory]
    [InlineData("/actors/Counter/a1/method/unknown", 404)]
    [InlineData("/actors/Other/a1/method/add", 404)]
    [InlineData("/actors/Counter/a%2F1/method/add", 400)]
    [InlineData("/actors/Counter/a%201%C3%A9/method/add", 400)]
    [InlineData("/actors/Counter/a%00/method/add", 400)]
    [InlineData("/actors/Counter/a1/method/%23", 400)]
    [InlineData("/actors/Counter/a1/method/timer/%7C", 400)]
    [InlineData("/actors/Counter/a1", 405)]
    [InlineData("/actors/Counter", 404)]
    [InlineData("/actors/Counter/a1/method/a/b/c", 404)]
    public async Task Call_WhatThereIsNot_IsRefusedForGood(string path, int status)
    {
        await using var harness = await StartAsync(_ => new TestActor((method, _, _) =>
            method == "add" ? Text("") : throw new UnknownActorMethodException(method)));

        Assert.Equal(status, (await TurnAsync(harness, path)).Status);
        Assert.Equal(200, (await TurnAsync(harness, "/actors/Counter/a1/method/add")).Status);
    }

    [Theory]
    [InlineData("!$&'()*+,;=:@-._~")]
    [InlineData("\"<>[]^`{}")]
    public async Task Call_IdWithOddCharacters_ReachesThatActor(string id)
    {
        await using var harness = await StartAsync(Echo);

        Assert.Equal(
            (200, $"m:{id}:"), await TurnAsync(harness, $"/actors/Counter/{Uri.EscapeDataString(id)}/method/m"));
    }

    [Fact]
    public async Task Call_BodyOverTheLimit_Is413()
    {
        await using var harness = await StartAsync(Echo);

        Assert.Equal(
            413,
            (await TurnAsync(harness, "/actors/Counter/a1/method/m", new string('x', ActorLimits.MaxCallBytes + 1))).Status);
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("wrong", 401)]
    [InlineData("secret", 200)]
    public async Task Call_WithAToken_IsAskedForIt(string? token, int status)
    {
        await using var harness = await StartAsync(Echo, settings: [("APP_API_TOKEN", "secret")]);
        harness.Http.DefaultRequestHeaders.TryAddWithoutValidation("dapr-api-token", token);

        var answer = await TurnAsync(harness, "/actors/Counter/a1/method/m");

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 401 ? "" : "m:a1:", answer.Body);
    }

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
            _sidecar.Calls.Items.Select(c => $"{c.Method} {c.Target} {c.Text}"));
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
            _sidecar.Calls.Items.Select(c => $"{c.Method} {c.Target}").Single());
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

        Assert.Equal("/v1.0/actors/Counter/a1/state", Assert.Single(_sidecar.Calls.Items).Target);
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

    [Fact]
    public async Task Turns_AreCountedByKindAndResult()
    {
        await using var harness = await StartAsync(_ => new TestActor((method, _, _) =>
            method == "bad" ? throw new InvalidOperationException("as a bug would") : Text("")));
        using var metrics = harness.Metrics();

        await TurnAsync(harness, "/actors/Counter/a1/method/good");
        Assert.Equal(1, metrics["moodstream.actors.active{type=Counter}"]);
        await TurnAsync(harness, "/actors/Counter/a1/method/bad");

        Assert.Equal(1, metrics["moodstream.actors.turns{type=Counter,kind=call,result=saved}"]);
        Assert.Equal(1, metrics["moodstream.actors.turns{type=Counter,kind=call,result=discarded}"]);
        Assert.Equal(0, metrics["moodstream.actors.active{type=Counter}"]);
    }

    private static TestActor Echo(IActorContext context) => new((method, body, _) =>
        Text($"{method}:{context.Id}:{Encoding.UTF8.GetString(body.Span)}"));

    private static Task<ReadOnlyMemory<byte>> Unknown(string method, ReadOnlyMemory<byte> body, CancellationToken token) =>
        throw new UnknownActorMethodException(method);

    private static Task<ReadOnlyMemory<byte>> Text(string text) =>
        Task.FromResult<ReadOnlyMemory<byte>>(Encoding.UTF8.GetBytes(text));

    private Task<SidecarHarness> StartAsync(
        Func<IActorContext, IActor> make, ActorLimits? limits = null, (string, string)[]? settings = null) =>
        SidecarHarness.StartAsync(
            _sidecar.Address,
            Some.Settings(settings ?? []),
            s => s.AddLogging(l => l.AddProvider(_logs)).AddSingleton(new ActorBinding(
                new ActorRegistration { Type = "Counter", App = "a", Limits = limits ?? new ActorLimits() },
                (_, context) => make(context))));

    private static async Task<(int Status, string Body)> TurnAsync(SidecarHarness harness, string path, string body = "")
    {
        var (status, answer, _) = await TurnWithHeadersAsync(harness, path, body);
        return (status, answer);
    }

    private static async Task<(int Status, string Body, System.Net.Http.Headers.HttpResponseHeaders Headers)>
        TurnWithHeadersAsync(SidecarHarness harness, string path, string body = "")
    {
        using var content = new StringContent(body);
        using var answer = await harness.Http.PutAsync(new Uri(path, UriKind.Relative), content).DefaultTimeout();
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers);
    }

    // State as the sidecar keeps it; everything else is taken.
    private async Task AnswerAsync(SeenCall call, HttpContext context)
    {
        if (call.Method == "GET" && _state.TryGetValue(call.Target, out var value))
        {
            await FakeSidecar.WriteAsync(context, 200, value);
            return;
        }

        if (call.Method == "POST" && call.Target.EndsWith("/state", StringComparison.Ordinal))
        {
            using var json = JsonDocument.Parse(call.Body);
            foreach (var operation in json.RootElement.EnumerateArray())
            {
                var request = operation.GetProperty("request");
                var key = $"{call.Target}/{request.GetProperty("key").GetString()}";
                if (operation.GetProperty("operation").GetString() == "delete")
                {
                    _state.TryRemove(key, out _);
                }
                else
                {
                    _state[key] = request.GetProperty("value").GetRawText();
                }
            }
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
