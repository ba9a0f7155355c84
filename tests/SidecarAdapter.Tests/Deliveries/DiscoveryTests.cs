using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.SidecarAdapter.Tests.Support;
using Moodstream.Tests.Support.BuildingBlocks;

namespace Moodstream.SidecarAdapter.Tests.Deliveries;

public sealed class DiscoveryTests
{
    private static readonly Uri Subscribe = new("/dapr/subscribe", UriKind.Relative);

    [Fact]
    public async Task Subscribe_SingleBulkAndDeadLetters_IsTheFormOfTheRecordings()
    {
        await using var harness = await StartAsync(
            new SubscriptionBinding(
                new Subscription { Topic = "tweets.raw", App = "a", DeadLetterTopic = "tweets.dead" },
                _ => new DelegateHandler(_ => EventOutcome.Processed)),
            new SubscriptionBinding(
                new Subscription
                {
                    Topic = "tweets.scored",
                    App = "a",
                    Bulk = new BulkDelivery { MaxCount = 50, MaxWait = TimeSpan.FromMilliseconds(30) },
                },
                _ => new DelegateBulkHandler(events => [.. events.Select(_ => EventOutcome.Processed)])));

        Assert.Equal(
            """
            [{"pubsubname":"messages","topic":"tweets.raw","route":"/events/tweets.raw","deadLetterTopic":"tweets.dead"},{"pubsubname":"messages","topic":"tweets.scored","route":"/events/tweets.scored","bulkSubscribe":{"enabled":true,"maxMessagesCount":50,"maxAwaitDurationMs":30}}]
            """,
            await harness.Http.GetStringAsync(Subscribe).DefaultTimeout());
    }

    [Fact]
    public async Task Subscribe_BulkWithoutWait_DoesNotSayZeroWhichIsASecond()
    {
        await using var harness = await StartAsync(new SubscriptionBinding(
            new Subscription { Topic = "t", App = "a", Bulk = new BulkDelivery { MaxWait = TimeSpan.Zero } },
            _ => new DelegateBulkHandler(events => [.. events.Select(_ => EventOutcome.Processed)])));

        Assert.Contains(
            "\"maxAwaitDurationMs\":1}", await harness.Http.GetStringAsync(Subscribe).DefaultTimeout(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscribe_Nothing_IsAnEmptyArrayAndNoActors()
    {
        await using var harness = await StartAsync();

        Assert.Equal("[]", await harness.Http.GetStringAsync(Subscribe).DefaultTimeout());
        Assert.Equal(
            """{"entities":[]}""",
            await harness.Http.GetStringAsync(new Uri("/dapr/config", UriKind.Relative)).DefaultTimeout());
    }

    [Fact]
    public async Task Subscribe_ProgramIsStillStarting_WaitsAsDoesADelivery()
    {
        var slow = new SlowStart();
        await using var app = SidecarHarness.Build(
            Some.NoSidecar,
            null,
            s => s.AddSingleton<IHostedService>(slow),
            port: 0,
            Some.Subscriber(_ => EventOutcome.Processed));
        var start = app.StartAsync();
        await slow.Listening.Task.DefaultTimeout();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        var subscribe = http.GetStringAsync(Subscribe);
        using var body = new StringContent(Some.Delivered("1"));
        var delivery = http.PostAsync(new Uri("/events/t", UriKind.Relative), body);
        using var health = await http.GetAsync(new Uri("/healthz", UriKind.Relative)).DefaultTimeout();
        Assert.True(health.IsSuccessStatusCode);
        Assert.False(subscribe.IsCompleted || delivery.IsCompleted);
        slow.Go.SetResult();

        Assert.Contains("/events/t", await subscribe.DefaultTimeout(), StringComparison.Ordinal);
        using var answer = await delivery.DefaultTimeout();
        Assert.Equal("""{"status":"SUCCESS"}""", await answer.Content.ReadAsStringAsync());
        await start.DefaultTimeout();
        await app.StopAsync().DefaultTimeout();
    }

    [Fact]
    public async Task Start_TwoSubscriptionsToOneTopic_IsRefused()
    {
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(
            Some.Subscriber(_ => EventOutcome.Processed), Some.Subscriber(_ => EventOutcome.Processed)));

        Assert.StartsWith("a subscribes to t more than once", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SubscriptionOfAnotherApp_IsRefused()
    {
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => SidecarHarness.StartAsync(
            Some.NoSidecar, Some.Settings(("APP_ID", "b")), Some.Subscriber(_ => EventOutcome.Processed)));

        Assert.StartsWith("this program is the app b, but a has subscriptions", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_HandlerIsNone_IsRefused()
    {
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(
            new SubscriptionBinding(new Subscription { Topic = "t", App = "a" }, _ => "text")));

        Assert.Equal("a's handler of t must be a topic handler, not String", thrown.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4097)]
    public async Task Start_ConcurrencyOutOfRange_IsRefused(int concurrency)
    {
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(new SubscriptionBinding(
            new Subscription { Topic = "t", App = "a", Concurrency = concurrency },
            _ => new DelegateHandler(_ => EventOutcome.Processed))));

        Assert.Contains("concurrency must be 1 to 4096", thrown.Message, StringComparison.Ordinal);
    }

    private static Task<SidecarHarness> StartAsync(params SubscriptionBinding[] bindings) =>
        SidecarHarness.StartAsync(Some.NoSidecar, null, bindings);

    /// <summary>Holds the start back when the server listens already.</summary>
    private sealed class SlowStart : IHostedLifecycleService
    {
        public TaskCompletionSource Listening { get; } = new();

        public TaskCompletionSource Go { get; } = new();

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken)
        {
            Listening.TrySetResult();
            return Go.Task;
        }

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
