using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Moodstream.BuildingBlocks.State;
using Moodstream.Sidecar;
using Moodstream.Sidecar.State;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests.State;

public sealed class SidecarStateStoreTests : IAsyncLifetime
{
    private FakeSidecar _sidecar = null!; // set before each test
    private SidecarHarness _harness = null!; // set before each test

    private SidecarStateStore Store => _harness.Services.GetRequiredService<SidecarStateStore>();

    public async Task InitializeAsync()
    {
        _sidecar = await FakeSidecar.StartAsync();
        _harness = await SidecarHarness.StartAsync(_sidecar.Address, Some.Settings(("StateTimeout", "00:00:01")));
    }

    public async Task DisposeAsync()
    {
        await _harness.DisposeAsync();
        await _sidecar.DisposeAsync();
    }

    [Fact]
    public async Task Set_Value_GoesAsATextSoThatItComesBackByteForByte()
    {
        Assert.True(await Store.SetAsync("a/b", Bytes("""{"n":9007199254740993,"é":"<\""}"""), "7", default).DefaultTimeout());

        var call = Assert.Single(_sidecar.Calls.Items);
        Assert.Equal("POST /v1.0/state/state", $"{call.Method} {call.Target}");
        Assert.Equal(
            """[{"key":"a/b","value":"{\"n\":9007199254740993,\"é\":\"<\\\"\"}","etag":"7"}]""", call.Text);
    }

    [Theory]
    [InlineData("{\n\t\"a\" :\r\"\\\\ \\u0000 \\\"\"}")]
    [InlineData("\"\u007f\u2028 \ud83d\ude00 <&>'+/\"")]
    [InlineData("\"\"")]
    public async Task Set_ValueWithWhatJsonEscapes_IsTheTextOfIt(string value)
    {
        Assert.True(await Store.SetAsync("k", Bytes(value), null, default).DefaultTimeout());

        using var sent = JsonDocument.Parse(_sidecar.Calls.Items[0].Text);
        Assert.Equal(value, sent.RootElement[0].GetProperty("value").GetString());
    }

    [Fact]
    public async Task Set_ValueIsNoUtf8_Throws() => await Assert.ThrowsAnyAsync<ArgumentException>(
        () => Store.SetAsync("k", new byte[] { (byte)'"', 0xff, (byte)'"' }, null, default).DefaultTimeout());

    [Theory]
    [InlineData("\"{\\\"n\\\":9007199254740993,\\\"\\u00e9\\\":1}\"", """{"n":9007199254740993,"é":1}""")]
    [InlineData("""{"by":"somebody else"}""", """{"by":"somebody else"}""")]
    [InlineData("7", "7")]
    public async Task Get_Value_IsWhatWasWritten(string body, string value)
    {
        _sidecar.Answer = (_, context) =>
        {
            context.Response.Headers.ETag = "3";
            return FakeSidecar.WriteAsync(context, 200, body);
        };

        var entry = await Store.GetAsync("a b/?é", default).DefaultTimeout();

        Assert.Equal((value, "3"), (Encoding.UTF8.GetString(entry!.Value.Value.Span), entry.Value.ETag));
        Assert.Equal("/v1.0/state/state/a%20b%2F%3F%C3%A9", _sidecar.Calls.Items[0].Target);
    }

    [Theory]
    [InlineData(".", "/v1.0/state/state/%2E")]
    [InlineData("..", "/v1.0/state/state/%2E%2E")]
    [InlineData("../x", "/v1.0/state/state/..%2Fx")]
    [InlineData("%2E", "/v1.0/state/state/%252E")]
    public async Task Get_AwkwardKey_IsOneSegment(string key, string target)
    {
        Assert.Null(await Store.GetAsync(key, default).DefaultTimeout());

        Assert.Equal(target, _sidecar.Calls.Items[0].Target);
    }

    [Theory]
    [InlineData(409, """{"errorCode":"ERR_STATE_SAVE","message":"possible etag mismatch"}""")]
    [InlineData(400, """{"errorCode":"ERR_STATE_SAVE","message":"invalid etag value"}""")]
    public async Task Set_ETagDoesNotMatch_IsFalse(int status, string body)
    {
        Refuse(status, body, stored: "3");

        Assert.False(await Store.SetAsync("k", Bytes("1"), StateEntry.NeverETag, default).DefaultTimeout());
    }

    [Theory]
    [InlineData("3", "3")]
    [InlineData(StateEntry.NeverETag, null)]
    public async Task Set_RefusedAlthoughTheETagMatches_ThrowsWhatCame(string etag, string? stored)
    {
        Refuse(409, """{"errorCode":"ERR_STATE_SAVE","message":"possible etag mismatch. error from state store: MISCONF"}""", stored);

        var failed = await Assert.ThrowsAsync<SidecarException>(
            () => Store.SetAsync("k", Bytes("1"), etag, default)).DefaultTimeout();

        Assert.Contains("MISCONF", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_RefusedWithoutAnETag_ThrowsWhatCame()
    {
        Refuse(409, """{"errorCode":"ERR_STATE_DELETE","message":"possible etag mismatch. error from state store: MISCONF"}""", "3");

        var failed = await Assert.ThrowsAsync<SidecarException>(() => Store.DeleteAsync("k", null, default)).DefaultTimeout();

        Assert.Contains("MISCONF", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_WithAnETag_SendsItAndIsFalseWhereItDoesNotMatch()
    {
        Assert.True(await Store.DeleteAsync("k", "4", default).DefaultTimeout());
        Refuse(409, """{"errorCode":"ERR_STATE_DELETE","message":"possible etag mismatch"}""", stored: "5");
        Assert.False(await Store.DeleteAsync("k", "4", default).DefaultTimeout());

        Assert.Equal(
            ["DELETE /v1.0/state/state/k 4", "DELETE /v1.0/state/state/k 4", "GET /v1.0/state/state/k "],
            _sidecar.Calls.Items.Select(c => $"{c.Method} {c.Target} {c.Headers.IfMatch}"));
    }

    [Fact]
    public async Task Set_WithATimeToLive_SendsWholeSecondsAsText()
    {
        await Store.SetAsync("k", Bytes("1"), null, TimeSpan.FromMilliseconds(1500), default).DefaultTimeout();

        Assert.Equal(
            """[{"key":"k","value":"1","metadata":{"ttlInSeconds":"2"}}]""", _sidecar.Calls.Items[0].Text);
    }

    [Fact]
    public async Task Apply_Changes_AreOneTransaction()
    {
        await Store.ApplyAsync(
            [new StateChange("a", Bytes("1"), "2"), new StateChange("b", null), new StateChange("c", Bytes("[]"))],
            default).DefaultTimeout();

        var call = Assert.Single(_sidecar.Calls.Items);
        Assert.Equal("/v1.0/state/state/transaction", call.Target);
        Assert.Equal(
            """{"operations":[{"operation":"upsert","request":{"key":"a","value":"1","etag":"2"}},{"operation":"delete","request":{"key":"b"}},{"operation":"upsert","request":{"key":"c","value":"[]"}}]}""",
            call.Text);
    }

    [Theory]
    [InlineData(200, "<html>Welcome</html>", "text/html", SidecarFailure.Trouble)]
    [InlineData(500, """{"errorCode":"ERR_STATE_SAVE","message":"redis is gone"}""", "application/json", SidecarFailure.Trouble)]
    [InlineData(400, """{"errorCode":"ERR_STATE_STORE_NOT_FOUND","message":"no"}""", "application/json", SidecarFailure.Refused)]
    [InlineData(401, "invalid api token\n", "text/plain", SidecarFailure.Refused)]
    public async Task Call_Fails_ThrowsWhatCame(int status, string body, string type, SidecarFailure failure)
    {
        _sidecar.AnswerAlways(status, body, type);
        Func<Task>[] calls =
        [
            () => Store.GetAsync("k", default),
            () => Store.SetAsync("k", Bytes("1"), null, default),
            () => Store.DeleteAsync("k", null, default),
            () => Store.ApplyAsync([new StateChange("k", null)], default),
        ];

        foreach (var call in calls)
        {
            var thrown = await Assert.ThrowsAsync<SidecarException>(() => call().DefaultTimeout());
            Assert.Equal(failure, thrown.Failure);
            Assert.StartsWith($"the sidecar answered {status} ", thrown.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Get_TroubleThatPasses_IsTriedAgain()
    {
        var calls = 0;
        _sidecar.Answer = (_, context) =>
        {
            context.Response.StatusCode = ++calls < 3 ? StatusCodes.Status500InternalServerError : 204;
            return Task.CompletedTask;
        };

        Assert.Null(await Store.GetAsync("k", default).DefaultTimeout());
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task Get_ThePauseTakesLongerThanIsLeft_ThrowsWhatCame()
    {
        await using var harness = await SidecarHarness.StartAsync(
            _sidecar.Address, Some.Settings(), s => s.AddSingleton<TimeProvider>(new OversleepingTime()));
        _sidecar.AnswerAlways(500, """{"errorCode":"ERR_STATE_GET","message":"redis is gone"}""");

        var thrown = await Assert.ThrowsAsync<SidecarException>(
            () => harness.Services.GetRequiredService<SidecarStateStore>().GetAsync("k", default).DefaultTimeout());

        Assert.Contains("redis is gone", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_NeverAnswered_ThrowsAndIsNotTriedAgain()
    {
        _sidecar.Answer = (_, context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);

        var thrown = await Assert.ThrowsAsync<SidecarException>(
            () => Store.SetAsync("k", Bytes("1"), null, default).DefaultTimeout());

        Assert.Equal(SidecarFailure.NoAnswer, thrown.Failure);
        Assert.Single(_sidecar.Calls.Items);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a||b")]
    public async Task Call_KeyOutsideTheRules_Throws(string key)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.GetAsync(key, default));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.SetAsync(key, Bytes("1"), null, default));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.DeleteAsync(key, null, default));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.ApplyAsync([new StateChange(key, null)], default));
        Assert.Empty(_sidecar.Calls.Items);
    }

    // Refuses to write; there is a value with an etag, or none.
    private void Refuse(int status, string body, string? stored) => _sidecar.Answer = (call, context) =>
    {
        if (call.Method != "GET")
        {
            return FakeSidecar.WriteAsync(context, status, body);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        if (stored is null)
        {
            return Task.CompletedTask;
        }

        context.Response.Headers.ETag = stored;
        return FakeSidecar.WriteAsync(context, 200, "\"1\"");
    };

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    // A pause of the store takes a minute, as where the machine sleeps meanwhile.
    private sealed class OversleepingTime : TimeProvider
    {
        private long _slept;

        public override long GetTimestamp() => base.GetTimestamp() + (Volatile.Read(ref _slept) * TimestampFrequency);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Add(ref _slept, dueTime == TimeSpan.FromMilliseconds(100) ? 60 : 0);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
