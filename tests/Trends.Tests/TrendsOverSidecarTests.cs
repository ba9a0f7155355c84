using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;
using Moodstream.ServiceDefaults;
using Moodstream.Sidecar;
using Moodstream.Tests.Cluster;
using Moodstream.Tests.Sidecar;
using Moodstream.Trends.Actors;
using Moodstream.Trends.Mood;

namespace Moodstream.Trends.Tests;

/// <summary>Trends as its Program.cs puts it together, as an app beside a sidecar (the double) over a real Redis.</summary>
public sealed class TrendsOverSidecarTests : IAsyncLifetime
{
    private const int Posts = 1500;

    private RedisServer _redis = null!; // set before each test

    public async Task InitializeAsync() => _redis = RedisServer.IsInstalled ? await RedisServer.StartAsync() : null!;

    public async Task DisposeAsync() => await (_redis?.DisposeAsync() ?? ValueTask.CompletedTask);

    [RedisFact]
    public async Task Run_EverythingDeliveredTwiceAndTheHostKilled_CountsEachPostOnce()
    {
        var now = TimeProvider.System.GetUtcNow();
        await using (var first = await Host.StartAsync(_redis))
        {
            await first.PublishAsync(Enumerable.Range(0, Posts / 2), now);
            await first.WhenCountedAsync(atLeast: 1);
            await first.KillAsync();
        }

        await using var second = await Host.StartAsync(_redis);
        await second.PublishAsync(Enumerable.Range(Posts / 2, Posts - (Posts / 2)), now);

        await second.WhenCountedAsync(atLeast: Posts);
        await second.PublishAsync(Enumerable.Range(0, 100), now);
        await WhenAllAreAnsweredAsync();
        var read = await second.WhenCountedAsync(atLeast: Posts);
        Assert.Equal((Posts, Posts), (read.Total, read.Windows[^1].Posts));
    }

    [RedisFact]
    public async Task Run_AHostJoinsAndTheFirstIsStoppedWhilePostsFlow_CountsEachPostOnce()
    {
        // One topic lives at one host; of eight, each host has some while there are two.
        string[] topics = [.. Enumerable.Range(0, 8).Select(n => $"topic {n}")];
        var now = TimeProvider.System.GetUtcNow();
        await using var first = await Host.StartAsync(_redis);
        using var joined = new CancellationTokenSource();
        var flowing = first.FlowAsync(0, now, topics, joined.Token);
        await first.WhenCountedAsync(atLeast: 1, topics[0]);

        await using var second = await Host.StartAsync(_redis);
        await second.WhenActiveAsync();
        await joined.CancelAsync();
        var published = await flowing.DefaultTimeout();
        using var stopped = new CancellationTokenSource();
        flowing = second.FlowAsync(published, now, topics, stopped.Token);
        await second.WhenCountedAsync(atLeast: published + 1, topics[0]);
        await first.StopAsync();
        await stopped.CancelAsync();
        published = await flowing.DefaultTimeout();
        await WhenAllAreAnsweredAsync();

        foreach (var topic in topics)
        {
            var read = await second.WhenCountedAsync(atLeast: published, topic);
            Assert.Equal((topic, published, published), (topic, read.Total, read.Windows[^1].Posts));
        }
    }

    // Trends has taken and answered every event: nothing is on its way that could count once more.
    private async Task WhenAllAreAnsweredAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        await using var topics = new RedisTopics(_redis.Port);
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(1))
        {
            if (await topics.IsDrainedAsync(Topics.Scored, Apps.Trends))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        throw new TimeoutException("events are left that trends has not answered");
    }

    private sealed class Host(WebApplication app, SidecarDouble sidecar) : IAsyncDisposable
    {
        private const string Coffee = "Coffee";

        private bool _ended;

        public static async Task<Host> StartAsync(RedisServer redis)
        {
            var port = Ports.Free();
            var sidecar = await SidecarDouble.StartAsync(new Moodstream.Tests.Sidecar.SidecarOptions
            {
                AppId = Apps.Trends,
                AppPort = port,
                Resources = [Resources(redis)],
                PlacementAddress = "127.0.0.1:1",
                SchedulerAddress = "127.0.0.1:1",
                GracefulShutdown = TimeSpan.FromSeconds(1),
            });
            sidecar.Faults.DeliversTwice = true;
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.Configuration["Moodstream:BuildingBlocks"] = "dapr";
            builder.Configuration["DAPR_HTTP_ENDPOINT"] = sidecar.HttpEndpoint.ToString();
            builder.Configuration["APP_ID"] = Apps.Trends;
            builder.Configuration["APP_PORT"] = $"{port}";
            builder.Configuration["Moodstream:Sidecar:GracePeriod"] = "00:00:01";
            builder.AddServiceDefaults();
            builder.AddBuildingBlocks();
            builder.AddTrends();
            builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
            var app = builder.Build();
            app.MapDefaultEndpoints();
            app.MapBuildingBlocks();
            await app.StartAsync().DefaultTimeout();
            return new Host(app, sidecar);
        }

        public async Task PublishAsync(IEnumerable<int> ids, DateTimeOffset now, params string[] topics)
        {
            var publisher = app.Services.GetRequiredService<IPublisher>();
            foreach (var batch in ids.Chunk(100))
            {
                var results = await publisher.PublishAsync(
                    Topics.Scored,
                    [.. batch.Select(n => Some.Event(Some.Scored($"{n}", topics is [] ? [Coffee] : topics, now)))],
                    CancellationToken.None).DefaultTimeout();
                Assert.All(results, r => Assert.Null(r.Error));
            }
        }

        /// <summary>Publishes a few posts every 50 ms until it is told to stop.</summary>
        /// <returns>The id after the last one's.</returns>
        public async Task<int> FlowAsync(int next, DateTimeOffset now, string[] topics, CancellationToken until)
        {
            const int Few = 20;
            for (; !until.IsCancellationRequested; next += Few)
            {
                await PublishAsync(Enumerable.Range(next, Few), now, topics);
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
            }

            return next;
        }

        public async Task<MoodWindows> WhenCountedAsync(long atLeast, string topic = Coffee)
        {
            var actor = new ActorAddress(TopicMood.Type, TopicId.Of(topic)!);
            var actors = app.Services.GetRequiredService<IActorClient>();
            var started = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(1))
            {
                try
                {
                    var json = await actors.CallAsync(actor, TopicMood.ReadMethod, default, default).DefaultTimeout();
                    if (!json.IsEmpty
                        && JsonSerializer.Deserialize(json.Span, ContractsJson.Wire.MoodWindows)! is var read
                        && read.Total >= atLeast)
                    {
                        return read;
                    }
                }
                catch (ActorCallException)
                {
                    // Not ready yet.
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }

            throw new TimeoutException($"fewer than {atLeast} posts were counted on {topic}");
        }

        /// <summary>Until this host has an actor of its own.</summary>
        public async Task WhenActiveAsync()
        {
            using var http = new HttpClient();
            var started = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(1))
            {
                using var json = JsonDocument.Parse(
                    await http.GetStringAsync(new Uri(sidecar.HttpEndpoint, "v1.0/metadata")).DefaultTimeout());
                if (json.RootElement.TryGetProperty("actors", out var types) && types.EnumerateArray().Any(
                    type => type.TryGetProperty("count", out var count) && count.GetInt32() > 0))
                {
                    return;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }

            throw new TimeoutException("no actor came to this host");
        }

        /// <summary>App and sidecar at once, as SIGTERM reaches both.</summary>
        public async Task StopAsync()
        {
            _ended = true;
            await Task.WhenAll(app.StopAsync(), sidecar.StopAsync()).DefaultTimeout();
            await app.DisposeAsync();
        }

        /// <summary>The sidecar at once, and the app without anybody to say goodbye to.</summary>
        public async Task KillAsync()
        {
            _ended = true;
            await sidecar.DisposeAsync();
            await app.DisposeAsync();
        }

        public async ValueTask DisposeAsync()
        {
            if (!_ended)
            {
                await app.StopAsync().DefaultTimeout();
                await app.DisposeAsync();
                await sidecar.StopAsync();
            }
        }

        private static string Resources(RedisServer redis) =>
            $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: messages }
            spec:
              type: pubsub.redis
              version: v1
              metadata:
                - { name: redisHost, value: "{{redis.Endpoint}}" }
                - { name: concurrency, value: "128" }
                - { name: poolSize, value: "256" }
                - { name: processingTimeout, value: "1s" }
                - { name: redeliverInterval, value: "500" }
            ---
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: state }
            spec:
              type: state.redis
              version: v1
              metadata:
                - { name: redisHost, value: "{{redis.Endpoint}}" }
                - { name: actorStateStore, value: "true" }
            ---
            apiVersion: dapr.io/v1alpha1
            kind: Resiliency
            metadata: { name: test }
            spec:
              policies:
                retries:
                  deliver: { policy: constant, duration: 50ms, maxRetries: -1 }
              targets:
                components:
                  messages: { inbound: { retry: deliver } }
            """;
    }
}
