using Moodstream.BuildingBlocks.Actors;

namespace Moodstream.SidecarAdapter.Tests.Actors;

/// <summary>Calls, as the sidecar brings them, and what the host asks of it.</summary>
public sealed class ActorHostTests : ActorHostSetup
{
    [Fact]
    public async Task Call_Method_Is200WithTheActorsBytes()
    {
        await using var harness = await StartAsync(Echo);

        Assert.Equal((200, "add:a1:[1]"), await TurnAsync(harness, "/actors/Counter/a1/method/add", "[1]"));
        Assert.Empty(Sidecar.Calls.Items);
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
            Sidecar.Calls.Items.Select(c => $"{c.Method} {c.Target}"));
        Assert.Equal(
            """[{"operation":"upsert","request":{"key":"k","value":"{\"n\":9007199254740993}"}},{"operation":"upsert","request":{"key":"ttl","value":"1","metadata":{"ttlInSeconds":"60"}}},{"operation":"delete","request":{"key":"gone"}}]""",
            Sidecar.Calls.Items[1].Text);
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
        Assert.Single(Sidecar.Calls.Items);
        Assert.Equal(2, activations);
        Assert.Single(Logs.Lines.Items, l => l.Id == 1051);
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
        Sidecar.Answer = (call, context) => call.Method == "POST"
            ? FakeSidecar.WriteAsync(context, status, "<html>", "text/html")
            : AnswerAsync(call, context);

        var (_, first) = await TurnAsync(harness, "/actors/Counter/a1/method/m");
        Sidecar.Answer = AnswerAsync;

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
}
