using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests.Publishing;

public sealed class SidecarPublisherTests : IAsyncLifetime
{
    private FakeSidecar _sidecar = null!; // set before each test

    public async Task InitializeAsync() => _sidecar = await FakeSidecar.StartAsync();

    public async Task DisposeAsync() => await _sidecar.DisposeAsync();

    [Fact]
    public async Task Publish_Events_GoInBulkWithTheTokenAndTheAppAsSource()
    {
        var results = await PublishAsync(
            Some.Events(2), ("DAPR_API_TOKEN", "secret"), ("APP_ID", "classifier"));

        Assert.All(results, r => Assert.Null(r.Error));
        var call = Assert.Single(_sidecar.Calls.Items);
        Assert.Equal("POST /v1.0/publish/bulk/messages/t", $"{call.Method} {call.Target}");
        Assert.Equal("secret", call.Headers["dapr-api-token"]);
        Assert.Equal("application/json", call.Headers.ContentType);
        Assert.Equal(["p0", "p1"], Ids(call));
        Assert.Contains("\"source\":\"classifier\"", call.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_MoreThanACallTakes_IsSplit()
    {
        var results = await PublishAsync(Some.Events(1001));

        Assert.Equal(Enumerable.Range(0, 1001).Select(i => $"p{i}"), results.Select(r => r.Id));
        Assert.All(results, r => Assert.True(r.Succeeded));
        Assert.Equal([201, 400, 400], _sidecar.Calls.Items.Select(c => Ids(c).Length).Order());
    }

    [Fact]
    public async Task Publish_MoreBytesThanACallTakes_IsSplitAndTheLargestRefused()
    {
        var half = Some.Event("half", $"\"{new string('x', 1500)}\"");
        var results = await PublishAsync(
            [half, half, Some.Event("large", $"\"{new string('x', 5000)}\""), half],
            ("MaxPublishBytes", "4096"));

        Assert.Equal([2, 1], _sidecar.Calls.Items.Select(c => Ids(c).Length));
        Assert.All(_sidecar.Calls.Items, c => Assert.InRange(c.Body.Length, 1, 4096));
        Assert.Equal([true, true, false, true], results.Select(r => r.Succeeded));
        Assert.StartsWith("an event takes at most 4096 bytes", results[2].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_SomeEntriesFail_TheyAloneAreSentAgain()
    {
        _sidecar.Answer = (call, context) => Ids(call).Length == 4
            ? FailAsync(call, context, "p1", "p3")
            : NoContent(context);

        var results = await PublishAsync(Some.Events(4));

        Assert.All(results, r => Assert.True(r.Succeeded));
        Assert.Equal(["p0,p1,p2,p3", "p1,p3"], _sidecar.Calls.Items.Select(c => string.Join(',', Ids(c))));
    }

    [Fact]
    public async Task Publish_AnEntryFailsAgainAndAgain_IsItsOwnErrorAfterTheAttempts()
    {
        _sidecar.Answer = (call, context) => FailAsync(call, context, "p2");

        var results = await PublishAsync(Some.Events(4));

        Assert.Equal([null, null, "error of p2", null], results.Select(r => r.Error));
        Assert.Equal(3, _sidecar.Calls.Items.Count);
    }

    [Fact]
    public async Task Publish_FailureListOf300KilobytesInAHeader_IsRead()
    {
        var listed = 0;
        _sidecar.Answer = (call, context) =>
        {
            using var body = JsonDocument.Parse(call.Body);
            var list = JsonSerializer.Serialize(
                new FailedList([.. body.RootElement.EnumerateArray().Select(e => new FailedEntry(
                    e.GetProperty("entryId").GetString()!, new string('e', 750)))]),
                TestJson.Default.FailedList);
            listed = list.Length;
            context.Response.Headers["Metadata.responsedata"] = list;
            return FakeSidecar.WriteAsync(context, 500, list);
        };

        var results = await PublishAsync(Some.Events(400));

        Assert.InRange(listed, 300_000, 400_000);
        Assert.All(results, r => Assert.StartsWith("eeee", r.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Publish_OneEntryDoesNotFit_IsFoundByHalvingAndTheOthersAreTaken()
    {
        _sidecar.Answer = (call, context) => Ids(call).Contains("p5")
            ? FakeSidecar.WriteAsync(
                context, 400, """{"errorCode":"ERR_PUBSUB_EVENTS_SER","message":"stream too large"}""")
            : NoContent(context);

        var results = await PublishAsync(Some.Events(16));

        Assert.Equal(["p5"], results.Where(r => !r.Succeeded).Select(r => r.Id));
        Assert.Equal("the sidecar answered 400 ERR_PUBSUB_EVENTS_SER: stream too large", results[5].Error);
    }

    [Theory]
    [InlineData(401, "invalid api token\n", "text/plain", "the sidecar answered 401 text/plain invalid api token")]
    [InlineData(
        403, """{"errorCode":"ERR_PUBSUB_FORBIDDEN","message":"no"}""", "application/json",
        "the sidecar answered 403 ERR_PUBSUB_FORBIDDEN: no")]
    [InlineData(
        404, """{"errorCode":"ERR_PUBSUB_NOT_FOUND","message":"pubsub messages is not found"}""", "application/json",
        "the sidecar answered 404 ERR_PUBSUB_NOT_FOUND: pubsub messages is not found")]
    public async Task Publish_IsRefusedForGood_IsNotTriedAgain(int status, string body, string type, string error)
    {
        _sidecar.AnswerAlways(status, body, type);

        var results = await PublishAsync(Some.Events(2));

        Assert.All(results, r => Assert.Equal(error, r.Error));
        Assert.Single(_sidecar.Calls.Items);
    }

    [Theory]
    [InlineData(200, "<html><body>Welcome\n</body></html>", "text/html")]
    [InlineData(502, "<html>Bad gateway</html>", "text/html")]
    [InlineData(500, """{"failedEntries":[{"entryId":"1","er""", "application/json")]
    [InlineData(500, """{"failedEntries":[]}""", "application/json")]
    [InlineData(500, """{"failedEntries":[{"entryId":"x"},7]}""", "application/json")]
    [InlineData(500, "[]", "application/json")]
    [InlineData(200, "", "text/plain")]
    [InlineData(302, "", "text/plain")]
    public async Task Publish_AnswerIsNoneOfASidecar_IsEachEntrysErrorAndSaysWhatCame(
        int status, string body, string type)
    {
        _sidecar.AnswerAlways(status, body, type);

        var results = await PublishAsync(Some.Events(3));

        Assert.All(results, r => Assert.StartsWith($"the sidecar answered {status}", r.Error, StringComparison.Ordinal));
        Assert.All(results, r => Assert.DoesNotContain("\n", r.Error, StringComparison.Ordinal));
        Assert.Equal(3, _sidecar.Calls.Items.Count);
    }

    [Theory]
    [InlineData("""[{"entryId":"999999","error":"x"}]""")]
    [InlineData("""[{"entryId":"SENT","error":"x"},{"entryId":"999999","error":"x"}]""")]
    [InlineData("""[{"entryId":"SENT","error":"x"},{"error":"x"}]""")]
    [InlineData("""[{"entryId":"SENT","error":"x"},{"entryId":7,"error":"x"}]""")]
    [InlineData("""[{"entryId":"SENT","error":"x"},null]""")]
    public async Task Publish_FailureListNamesWhatWasNotSent_CountsNothingAsTakenAndSendsAllAgain(string list)
    {
        _sidecar.Answer = (call, context) => FakeSidecar.WriteAsync(
            context,
            500,
            $$"""{"failedEntries":{{list.Replace("SENT", EntryId(call, "p1"), StringComparison.Ordinal)}},"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE"}""");

        var results = await PublishAsync(Some.Events(3));

        Assert.All(results, r => Assert.StartsWith(
            "the sidecar answered 500 ERR_PUBSUB_PUBLISH_MESSAGE", r.Error, StringComparison.Ordinal));
        Assert.Equal(
            ["p0,p1,p2", "p0,p1,p2", "p0,p1,p2"], _sidecar.Calls.Items.Select(c => string.Join(',', Ids(c))));
    }

    [Fact]
    public async Task Publish_NeverAnswered_EndsWithAnErrorForEachAndDoesNotWaitForEachCall()
    {
        _sidecar.Answer = (_, context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);

        var results = await PublishAsync(Some.Events(2000), ("PublishTimeout", "00:00:00.2"));

        Assert.StartsWith("no answer of the sidecar to POST ", results[0].Error, StringComparison.Ordinal);
        Assert.Equal("not sent: the sidecar did not answer the calls before", results[1999].Error);
        Assert.All(results, r => Assert.False(r.Succeeded));
        Assert.Equal(2, _sidecar.Calls.Items.Count);
    }

    [Fact]
    public async Task Publish_AnswerStopsHalfway_EndsWithAnErrorForEach()
    {
        _sidecar.Answer = async (_, context) =>
        {
            context.Response.StatusCode = 500;
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            context.Abort();
        };

        var results = await PublishAsync(Some.Events(2));

        Assert.All(results, r => Assert.StartsWith(
            $"the sidecar at {_sidecar.Address} did not answer POST ", r.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Publish_NobodyListens_EndsWithAnErrorForEach()
    {
        await using var harness = await SidecarHarness.StartAsync(Some.NoSidecar);

        var results = await harness.Publisher.PublishAsync("t", Some.Events(2), default).DefaultTimeout();

        Assert.All(results, r => Assert.Contains("did not answer POST", r.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Publish_SidecarRestarts_GoesOnAndSaysSoOnce()
    {
        var logs = new RecordedLogs();
        await using var harness = await SidecarHarness.StartAsync(
            _sidecar.Address,
            Some.Settings(("StartTimeout", "00:01:00")),
            s => s.AddLogging(l => l.AddProvider(logs)));
        var before = await harness.Publisher.PublishAsync("t", Some.Events(1), default).DefaultTimeout();
        await _sidecar.StopAsync();
        var during = await harness.Publisher.PublishAsync("t", Some.Events(1), default).DefaultTimeout();
        await _sidecar.RestartAsync();
        var after = await harness.Publisher.PublishAsync("t", Some.Events(1), default).DefaultTimeout();

        Assert.True(before[0].Succeeded);
        Assert.False(during[0].Succeeded);
        Assert.True(after[0].Succeeded);
        Assert.Single(logs.Lines.Items, l => l.Id == 1042);
        Assert.Single(logs.Lines.Items, l => l.Id == 1043);
    }

    [Fact]
    public async Task Publish_ManyByOne_WhileACallIsUnderWayGoTogetherInTheNext()
    {
        var go = new TaskCompletionSource();
        _sidecar.Answer = async (_, context) =>
        {
            await go.Task;
            await NoContent(context);
        };
        await using var harness = await SidecarHarness.StartAsync(_sidecar.Address);

        // The first call may be of any number of these, and so may a second one beside it.
        Task<IReadOnlyList<PublishResult>>[] publishes =
            [.. Some.Events(100).Select(e => harness.Publisher.PublishAsync("t", [e], default))];
        await _sidecar.Calls.WhenCount(1).DefaultTimeout();
        go.SetResult();
        var results = await Task.WhenAll(publishes).DefaultTimeout();

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"p{i}"), results.Select(r => Assert.Single(r).Id));
        Assert.All(results, r => Assert.True(r[0].Succeeded));
        Assert.InRange(_sidecar.Calls.Items.Count, 1, 10);
        Assert.Equal(100, _sidecar.Calls.Items.SelectMany(Ids).Distinct().Count());
    }

    [Fact]
    public async Task Publish_AnotherPublishersEventFails_IsNotThisOnesError()
    {
        _sidecar.Answer = (call, context) => Ids(call).Contains("bad") ? FailAsync(call, context, "bad") : NoContent(context);
        await using var harness = await SidecarHarness.StartAsync(_sidecar.Address);

        var good = harness.Publisher.PublishAsync("t", [Some.Event("good")], default);
        var bad = harness.Publisher.PublishAsync("t", [Some.Event("bad")], default);

        Assert.Null((await good.DefaultTimeout())[0].Error);
        Assert.Equal("error of bad", (await bad.DefaultTimeout())[0].Error);
    }

    [Fact]
    public async Task Publish_Cancelled_Throws()
    {
        using var giveUp = new CancellationTokenSource();
        _sidecar.Answer = async (_, context) =>
        {
            await giveUp.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        await using var harness = await SidecarHarness.StartAsync(_sidecar.Address);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => harness.Publisher.PublishAsync("t", Some.Events(1), giveUp.Token).DefaultTimeout());
    }

    [Fact]
    public async Task Publish_DataIsNoJson_IsThatEventsErrorAlone()
    {
        var results = await PublishAsync([Some.Event("good"), Some.Event("bad", "nope"), Some.Event("fine")]);

        Assert.Equal([true, false, true], results.Select(r => r.Succeeded));
        Assert.Equal(["good", "fine"], Ids(Assert.Single(_sidecar.Calls.Items)));
    }

    [Fact]
    public async Task Publish_SomeTaken_CountsBoth()
    {
        await using var harness = await SidecarHarness.StartAsync(_sidecar.Address);
        using var metrics = harness.Metrics();

        await harness.Publisher.PublishAsync("t", [Some.Event("1"), Some.Event("2", "")], default).DefaultTimeout();

        Assert.Equal(1, metrics["moodstream.pubsub.published{topic=t,result=taken}"]);
        Assert.Equal(1, metrics["moodstream.pubsub.published{topic=t,result=refused}"]);
    }

    private async Task<IReadOnlyList<PublishResult>> PublishAsync(
        IReadOnlyList<OutgoingEvent> events, params (string Name, string Value)[] options)
    {
        await using var harness = await SidecarHarness.StartAsync(_sidecar.Address, Some.Settings(options));
        return await harness.Publisher.PublishAsync("t", events, default).DefaultTimeout();
    }

    private static Task NoContent(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static Task FailAsync(SeenCall call, HttpContext context, params string[] ids) => FakeSidecar.WriteAsync(
        context,
        500,
        JsonSerializer.Serialize(
            new FailedList([.. ids.Select(id => new FailedEntry(EntryId(call, id), $"error of {id}"))]),
            TestJson.Default.FailedList));

    private static string EntryId(SeenCall call, string id)
    {
        using var json = JsonDocument.Parse(call.Body);
        return json.RootElement.EnumerateArray()
            .Single(e => e.GetProperty("event").GetProperty("id").GetString() == id).GetProperty("entryId").GetString()!;
    }

    private static string[] Ids(SeenCall call)
    {
        using var json = JsonDocument.Parse(call.Body);
        return [.. json.RootElement.EnumerateArray().Select(e => e.GetProperty("event").GetProperty("id").GetString()!)];
    }
}
