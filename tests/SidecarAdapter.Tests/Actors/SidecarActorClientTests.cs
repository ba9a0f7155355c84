using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests.Actors;

public sealed class SidecarActorClientTests : IAsyncLifetime
{
    private static readonly ActorAddress Actor = new("Counter", "a1!~");

    private FakeSidecar _sidecar = null!; // set before each test

    public async Task InitializeAsync() => _sidecar = await FakeSidecar.StartAsync();

    public async Task DisposeAsync() => await _sidecar.DisposeAsync();

    [Fact]
    public async Task Call_Answered_IsTheHostsBytes()
    {
        _sidecar.AnswerAlways(200, "[2]", "application/octet-stream");
        await using var harness = await StartAsync();

        Assert.Equal("[2]", Encoding.UTF8.GetString((await CallAsync(harness)).Span));

        var call = Assert.Single(_sidecar.Calls.Items);
        Assert.Equal("POST /v1.0/actors/Counter/a1%21~/method/add [1]", $"{call.Method} {call.Target} {call.Text}");
    }

    // Texts of 08a-actors.json and 08b-actors-no-control-plane.json.
    [Theory]
    [InlineData(500, """{"errorCode":"ERR_ACTOR_INVOKE_METHOD","message":"error invoke actor method: actor method not found: actors/Counter/a1/method/e404"}""", ActorCallFailure.UnknownMethod)]
    [InlineData(500, """{"errorCode":"ERR_ACTOR_INVOKE_METHOD","message":"error invoke actor method: failed to lookup actor: api error: code = FailedPrecondition desc = did not find address for actor 'Nope/a1'"}""", ActorCallFailure.Unreachable)]
    [InlineData(500, """{"errorCode":"ERR_ACTOR_INVOKE_METHOD","message":"error invoke actor method: error from actor service: (500) boom"}""", ActorCallFailure.Failed)]
    [InlineData(500, """{"errorCode":"ERR_ACTOR_INVOKE_METHOD","message":"error invoke actor method: Put \"http://127.0.0.1:1/actors/Counter/a1/method/abort\": EOF"}""", ActorCallFailure.Failed)]
    [InlineData(400, """{"errorCode":"ERR_ACTOR_NO_PLACEMENT","message":"placement is not configured"}""", ActorCallFailure.Unreachable)]
    [InlineData(503, """{"errorCode":"ERR_ACTOR_RUNTIME_CLOSED","message":"closed"}""", ActorCallFailure.Unreachable)]
    [InlineData(400, """{"errorCode":"ERR_BAD_REQUEST","message":"invalid request"}""", ActorCallFailure.Unreachable)]
    [InlineData(401, "invalid api token\n", ActorCallFailure.Unreachable)]
    [InlineData(502, "<html>", ActorCallFailure.Failed)]
    [InlineData(204, "", ActorCallFailure.Failed)]
    public async Task Call_Fails_SaysHow(int status, string body, ActorCallFailure failure)
    {
        if (status == 204)
        {
            _sidecar.Answer = (_, context) =>
            {
                context.Response.StatusCode = 204;
                return Task.CompletedTask;
            };
        }
        else
        {
            _sidecar.AnswerAlways(status, body);
        }

        await using var harness = await StartAsync();

        var thrown = await Assert.ThrowsAsync<ActorCallException>(() => CallAsync(harness));

        Assert.Equal(failure, thrown.Failure);
        Assert.Contains($"the sidecar answered {status}", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"failure":"TimedOut","reason":"no answer within 5 s"}""", ActorCallFailure.TimedOut, "no answer within 5 s")]
    [InlineData("""{"failure":"7","reason":"x"}""", ActorCallFailure.Failed, "the host answered 200")]
    [InlineData("""{"error":"domain"}""", ActorCallFailure.Failed, "the host answered 200")]
    [InlineData("""{"failure":1,"reason":2}""", ActorCallFailure.Failed, "the host answered 200")]
    [InlineData("oops", ActorCallFailure.Failed, "the host answered 200")]
    public async Task Call_HostSaysThatItFailed_SaysWhatItSaid(string body, ActorCallFailure failure, string reason)
    {
        _sidecar.Answer = (_, context) =>
        {
            context.Response.Headers["X-Daprerrorresponseheader"] = "true";
            return FakeSidecar.WriteAsync(context, 200, body, "application/octet-stream");
        };
        await using var harness = await StartAsync();

        var thrown = await Assert.ThrowsAsync<ActorCallException>(() => CallAsync(harness));

        Assert.Equal(failure, thrown.Failure);
        Assert.Contains(reason, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_APageIsAnswered_Fails()
    {
        _sidecar.AnswerAlways(200, "<html>Welcome</html>", "text/html");
        await using var harness = await StartAsync();

        Assert.Equal(
            ActorCallFailure.Failed, (await Assert.ThrowsAsync<ActorCallException>(() => CallAsync(harness))).Failure);
    }

    [Fact]
    public async Task Call_NeverAnswered_TimesOut()
    {
        _sidecar.Answer = (_, context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        await using var harness = await StartAsync(("ActorTimeout", "00:00:00.1"));

        Assert.Equal(
            ActorCallFailure.TimedOut, (await Assert.ThrowsAsync<ActorCallException>(() => CallAsync(harness))).Failure);
    }

    [Fact]
    public async Task Call_NobodyListens_IsUnreachable()
    {
        await using var harness = await SidecarHarness.StartAsync(Some.NoSidecar);

        Assert.Equal(
            ActorCallFailure.Unreachable, (await Assert.ThrowsAsync<ActorCallException>(() => CallAsync(harness))).Failure);
    }

    [Fact]
    public async Task Call_ConnectionBreaks_MayHaveBeenCarriedOut()
    {
        _sidecar.Answer = (_, context) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        await using var harness = await StartAsync();

        Assert.Equal(
            ActorCallFailure.Failed, (await Assert.ThrowsAsync<ActorCallException>(() => CallAsync(harness))).Failure);
    }

    [Fact]
    public async Task Call_AnswerOverTheLimit_Fails()
    {
        _sidecar.AnswerAlways(200, new string('x', ActorLimits.MaxCallBytes + 1), "application/octet-stream");
        await using var harness = await StartAsync();

        Assert.Equal(
            ActorCallFailure.Failed, (await Assert.ThrowsAsync<ActorCallException>(() => CallAsync(harness))).Failure);
    }

    private Task<SidecarHarness> StartAsync(params (string, string)[] options) =>
        SidecarHarness.StartAsync(_sidecar.Address, Some.Settings(options));

    private static Task<ReadOnlyMemory<byte>> CallAsync(SidecarHarness harness) => harness.Services
        .GetRequiredService<IActorClient>().CallAsync(Actor, "add", "[1]"u8.ToArray(), default).DefaultTimeout();
}
