using System.Net;
using System.Net.Sockets;
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

        var read = await second.WhenCountedAsync(atLeast: Posts);
        await second.PublishAsync(Enumerable.Range(0, 100), now);
        read = await second.WhenCountedAsync(atLeast: read.Total);
        Assert.Equal((Posts, Posts), (read.Total, read.Windows[^1].Posts));
    }

    private sealed class Host(WebApplication app, SidecarDouble sidecar) : IAsyncDisposable
    {
        private static readonly ActorAddress Coffee = new(TopicMood.Type, TopicId.Of("coffee")!);

        private bool _killed;

        public static async Task<Host> StartAsync(RedisServer redis)
        {
            var port = FreePort();
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

        public async Task PublishAsync(IEnumerable<int> ids, DateTimeOffset now)
        {
            var publisher = app.Services.GetRequiredService<IPublisher>();
            foreach (var batch in ids.Chunk(100))
            {
                var results = await publisher.PublishAsync(
                    Topics.Scored,
                    [.. batch.Select(n => Some.Event(Some.Scored($"{n}", ["Coffee"], now)))],
                    CancellationToken.None).DefaultTimeout();
                Assert.All(results, r => Assert.Null(r.Error));
            }
        }

        public async Task<MoodWindows> WhenCountedAsync(long atLeast)
        {
            var actors = app.Services.GetRequiredService<IActorClient>();
            var started = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(1))
            {
                try
                {
                    var json = await actors.CallAsync(Coffee, TopicMood.ReadMethod, default, default).DefaultTimeout();
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

            throw new TimeoutException($"fewer than {atLeast} posts were counted");
        }

        /// <summary>The sidecar at once, and the app without anybody to say goodbye to.</summary>
        public async Task KillAsync()
        {
            _killed = true;
            await sidecar.DisposeAsync();
            await app.DisposeAsync();
        }

        public async ValueTask DisposeAsync()
        {
            if (!_killed)
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

        private static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}
