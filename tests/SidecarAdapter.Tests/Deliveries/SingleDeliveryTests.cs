using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests.Deliveries;

public sealed class SingleDeliveryTests
{
    private static readonly (int, string) Success = (200, """{"status":"SUCCESS"}""");
    private static readonly (int, string) Retry = (200, """{"status":"RETRY"}""");

    private readonly Recorded<IncomingEvent> _received = new();

    [Fact]
    public async Task Deliver_Processed_AnswersSuccess()
    {
        await using var harness = await StartAsync(Some.Subscriber(_received));

        Assert.Equal(Success, await harness.DeliverAsync("/events/t", Some.Delivered("x:1")).DefaultTimeout());

        var received = Assert.Single(_received.Items);
        Assert.Equal(("x:1", "t", "{\"a\":1}"), (received.Id, received.Topic, Text(received)));
    }

    [Fact]
    public async Task Deliver_Retry_AnswersRetry()
    {
        await using var harness = await StartAsync(Some.Subscriber(_ => EventOutcome.Retry));

        Assert.Equal(Retry, await harness.DeliverAsync("/events/t", Some.Delivered("1")).DefaultTimeout());
    }

    [Fact]
    public async Task Deliver_HandlerThrows_AnswersRetryAndSaysSoOnce()
    {
        var logs = new RecordedLogs();
        await using var harness = await SidecarHarness.StartAsync(
            Some.NoSidecar,
            null,
            s => s.AddLogging(l => l.AddProvider(logs)),
            Some.Subscriber(_ => throw new InvalidOperationException("as a bug would")));
        using var metrics = harness.Metrics();

        Assert.Equal(Retry, await harness.DeliverAsync("/events/t", Some.Delivered("1")).DefaultTimeout());
        Assert.Equal(Retry, await harness.DeliverAsync("/events/t", Some.Delivered("1")).DefaultTimeout());

        Assert.Single(logs.Lines.Items, l => l.Id == 1044);
        Assert.Equal(2, metrics["moodstream.pubsub.handler.failures{topic=t,app=a}"]);
        Assert.Equal(2, metrics["moodstream.pubsub.delivered{topic=t,app=a,answer=retry}"]);
    }

    [Theory]
    [InlineData("""{"id":"1","data":1}""", "1")]
    [InlineData("""{"data":{"id":"7","text":"a tweet of the X API"}}""", null)]
    [InlineData("plain text", null)]
    [InlineData("", null)]
    public async Task Deliver_WhatOthersWrote_GoesToTheHandlerWholeAndIsAnsweredByIt(string body, string? id)
    {
        await using var harness = await StartAsync(Some.Subscriber(_received));
        using var metrics = harness.Metrics();

        Assert.Equal(Success, await harness.DeliverAsync("/events/t", body).DefaultTimeout());

        var received = Assert.Single(_received.Items);
        Assert.Equal(body, Text(received));
        Assert.StartsWith(id ?? "unidentified:", received.Id, StringComparison.Ordinal);
        Assert.Equal(1, metrics["moodstream.pubsub.unreadable{topic=t,app=a}"]);
    }

    [Fact]
    public async Task Deliver_LargerThanTheLimit_GoesToTheHandlerCutAndIsAnsweredByIt()
    {
        await using var harness = await StartAsync(
            [("MaxDeliveryBytes", "100000")], Some.Subscriber(_received));
        var large = Some.Delivered("1", $"\"{new string('x', 40_000_000)}\"");

        Assert.Equal(Success, await harness.DeliverAsync("/events/t", large).DefaultTimeout());
        Assert.Equal(Success, await harness.DeliverAsync("/events/t", Some.Delivered("2")).DefaultTimeout());

        Assert.Equal([64 * 1024, 7], _received.Items.Select(e => e.Data.Length));
        Assert.StartsWith("unidentified:", _received.Items[0].Id, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/events/unknown")]
    [InlineData("/events/t/below")]
    [InlineData("/events/")]
    [InlineData("/events/T")]
    public async Task Deliver_UnknownTopic_Is503AndNever404(string path)
    {
        await using var harness = await StartAsync(Some.Subscriber(_received));

        Assert.Equal((503, ""), await harness.DeliverAsync(path, Some.Delivered("1")).DefaultTimeout());
        Assert.Empty(_received.Items);
    }

    [Fact]
    public async Task Deliver_UnknownTopicAgainAndAgain_IsSaidOnceAMinute()
    {
        var time = new ManualTimeProvider();
        using var logs = new RecordedLogs();
        await using var harness = await SidecarHarness.StartAsync(
            Some.NoSidecar, null, s => s.AddLogging(l => l.AddProvider(logs)).AddSingleton<TimeProvider>(time));

        for (var calls = 0; calls < 3; calls++)
        {
            await harness.DeliverAsync("/events/unknown", Some.Delivered("1")).DefaultTimeout();
            time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(2, logs.Lines.Items.Count(l => l.Id == 1050));
    }

    [Fact]
    public async Task Deliver_TopicWithOddCharacters_ArrivesAtThePathItWasToldOf()
    {
        const string Odd = "a b/é#?%2F";
        await using var harness = await StartAsync(Some.Subscriber(_received, Odd));
        var told = await harness.Http.GetStringAsync(new Uri("/dapr/subscribe", UriKind.Relative)).DefaultTimeout();
        using var json = System.Text.Json.JsonDocument.Parse(told);

        var path = json.RootElement[0].GetProperty("route").GetString()!;

        Assert.Equal(Success, await harness.DeliverAsync(path, Some.Delivered("1")).DefaultTimeout());
        Assert.Equal(Odd, Assert.Single(_received.Items).Topic);
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("", 401)]
    [InlineData("wrong", 401)]
    [InlineData("secret2", 401)]
    [InlineData("secret", 200)]
    public async Task Deliver_WithAToken_IsAskedOfEveryCallButHealth(string? token, int status)
    {
        await using var harness = await StartAsync([("APP_API_TOKEN", "secret")], Some.Subscriber(_received));
        if (token is not null)
        {
            harness.Http.DefaultRequestHeaders.TryAddWithoutValidation("dapr-api-token", token);
        }

        var delivered = await harness.DeliverAsync("/events/t", Some.Delivered("1")).DefaultTimeout();
        using var subscribe = await harness.Http.GetAsync(new Uri("/dapr/subscribe", UriKind.Relative)).DefaultTimeout();
        using var config = await harness.Http.GetAsync(new Uri("/dapr/config", UriKind.Relative)).DefaultTimeout();
        using var unknown = await harness.Http.GetAsync(new Uri("/events/x", UriKind.Relative)).DefaultTimeout();
        using var health = await harness.Http.GetAsync(new Uri("/healthz", UriKind.Relative)).DefaultTimeout();

        Assert.Equal(status, delivered.Status);
        Assert.Equal(status, (int)subscribe.StatusCode);
        Assert.Equal(status, (int)config.StatusCode);
        Assert.Equal(status == 200 ? 503 : 401, (int)unknown.StatusCode);
        Assert.Equal(204, (int)health.StatusCode);
        Assert.Equal(status == 200 ? 1 : 0, _received.Items.Count);
        if (status == 401)
        {
            Assert.Empty(delivered.Answer);
            Assert.Equal(0, subscribe.Content.Headers.ContentLength);
        }
    }

    [Fact]
    public async Task Deliver_AsManyAsAllowedAreUnderWay_TheNextWaits()
    {
        var release = new SemaphoreSlim(0);
        var started = new Recorded<string>();
        await using var harness = await StartAsync(Some.Subscriber(
            async (e, token) =>
            {
                started.Add(e.Id);
                await release.WaitAsync(token);
                return EventOutcome.Processed;
            },
            concurrency: 2));
        using var metrics = harness.Metrics();

        Task<(int, string)>[] deliveries =
            [.. Enumerable.Range(0, 3).Select(i => harness.DeliverAsync("/events/t", Some.Delivered($"{i}")))];
        await started.WhenCount(2).DefaultTimeout();
        Assert.Equal(2, started.Items.Count);
        release.Release(1);
        await started.WhenCount(3).DefaultTimeout();
        release.Release(2);

        Assert.All(await Task.WhenAll(deliveries).DefaultTimeout(), answer => Assert.Equal(Success, answer));
        Assert.Equal(3, metrics["moodstream.pubsub.delivered{topic=t,app=a,answer=processed}"]);
    }

    [Fact]
    public async Task Deliver_HandlerIsNotDoneInTime_AnswersRetryAndCancelsIt()
    {
        var time = new SignallingTimeProvider();
        var started = new Recorded<string>();
        var cancelled = new TaskCompletionSource();
        await using var harness = await SidecarHarness.StartAsync(
            Some.NoSidecar,
            Some.Settings(("AnswerLimit", "00:00:15")),
            s => s.AddSingleton<TimeProvider>(time),
            Some.Subscriber(async (e, token) =>
            {
                started.Add(e.Id);
                token.Register(cancelled.SetResult);
                await Task.Delay(Timeout.InfiniteTimeSpan, time, token);
                return EventOutcome.Processed;
            }));
        using var metrics = harness.Metrics();

        var delivery = harness.DeliverAsync("/events/t", Some.Delivered("1"));
        await started.WhenCount(1).DefaultTimeout();
        time.Advance(TimeSpan.FromSeconds(14.9));
        Assert.False(delivery.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(Retry, await delivery.DefaultTimeout());
        await cancelled.Task.DefaultTimeout();
        Assert.Equal(1, metrics["moodstream.pubsub.overdue{topic=t,app=a}"]);
        Assert.Equal(0, metrics["moodstream.pubsub.handler.failures{topic=t,app=a}"]);
    }

    [Fact]
    public async Task Deliver_HandlerDoesNotNoticeItsEnd_KeepsItsPlaceSoTheNextIsNotHandledBesideIt()
    {
        var release = new TaskCompletionSource();
        var started = new Recorded<string>();
        await using var harness = await StartAsync(
            [("AnswerLimit", "00:00:00.1")],
            Some.Subscriber(
                async (e, _) =>
                {
                    started.Add(e.Id);
                    await release.Task;
                    return EventOutcome.Processed;
                },
                concurrency: 1));

        Assert.Equal(Retry, await harness.DeliverAsync("/events/t", Some.Delivered("1")).DefaultTimeout());
        Assert.Equal(Retry, await harness.DeliverAsync("/events/t", Some.Delivered("2")).DefaultTimeout());
        Assert.Equal("1", Assert.Single(started.Items));
        release.SetResult();

        Assert.Equal(Success, await harness.DeliverAsync("/events/t", Some.Delivered("3")).DefaultTimeout());
    }

    private static Task<SidecarHarness> StartAsync(params SubscriptionBinding[] bindings) => StartAsync([], bindings);

    private static Task<SidecarHarness> StartAsync(
        (string Name, string Value)[] options, params SubscriptionBinding[] bindings) =>
        SidecarHarness.StartAsync(Some.NoSidecar, Some.Settings(options), bindings);

    private static string Text(IncomingEvent received) => Encoding.UTF8.GetString(received.Data.Span);
}
