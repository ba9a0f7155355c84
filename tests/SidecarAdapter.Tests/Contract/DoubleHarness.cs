using Microsoft.Extensions.DependencyInjection;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.BuildingBlocks.State;
using Moodstream.SidecarAdapter.Tests.Support;
using Moodstream.Tests.Sidecar;
using Moodstream.Tests.Support.BuildingBlocks;

namespace Moodstream.SidecarAdapter.Tests.Contract;

/// <summary>Apps over the adapter, each with a double of the sidecar of its own, all over one real Redis.</summary>
internal sealed class DoubleHarness : IPubSubHarness, IActorHarness
{
    private readonly List<(SidecarHarness App, SidecarDouble Sidecar)> _apps = [];
    private SidecarOptions _first = null!; // set where the apps start

    public IPublisher Publisher => _apps[0].App.Publisher;

    public IActorClient Client => _apps[0].App.Services.GetRequiredService<IActorClient>();

    public IStateStore State => _apps[0].App.Services.GetRequiredService<IStateStore>();

    /// <summary>Starts the apps of the bindings; one without any where there are none.</summary>
    public static Task<DoubleHarness> StartAsync(
        RedisServer redis, int? deadLetterAfter, IReadOnlyList<SubscriptionBinding> topics, params ActorBinding[] actors) =>
        StartAsync(Resources(redis, deadLetterAfter), topics, actors);

    /// <summary>Starts the apps of subscriptions at a broker that delivers again after seconds what was not answered.</summary>
    public static Task<DoubleHarness> StartImpatientAsync(RedisServer redis, params SubscriptionBinding[] topics) =>
        StartAsync(Resources(redis, null, "2s", 500), topics, []);

    private static async Task<DoubleHarness> StartAsync(
        string[] resources, IReadOnlyList<SubscriptionBinding> topics, ActorBinding[] actors)
    {
        var harness = new DoubleHarness();
        string[] apps =
        [
            .. topics.Select(t => t.Subscription.App).Concat(actors.Select(a => a.Registration.App)).Distinct()
                .DefaultIfEmpty("a"),
        ];
        foreach (var app in apps)
        {
            var port = Ports.Free();
            var options = new SidecarOptions
            {
                AppId = app,
                AppPort = port,
                Resources = resources,
                PlacementAddress = "127.0.0.1:1",
                SchedulerAddress = "127.0.0.1:1",
                ApiToken = "to the sidecar",
                AppToken = "to the app",
                GracefulShutdown = TimeSpan.FromSeconds(1),
            };
            var sidecar = await SidecarDouble.StartAsync(options);
            harness._first ??= options with { HttpPort = sidecar.HttpPort, GrpcPort = sidecar.GrpcPort };
            var program = await SidecarHarness.StartAsync(
                sidecar.HttpEndpoint,
                Some.Settings(
                    ("APP_ID", app), ("DAPR_API_TOKEN", "to the sidecar"), ("APP_API_TOKEN", "to the app"),
                    ("GracePeriod", "00:00:05"), ("StartTimeout", "00:00:30")),
                services =>
                {
                    foreach (var actor in actors.Where(a => a.Registration.App == app))
                    {
                        services.AddSingleton(actor);
                    }
                },
                port,
                [.. topics.Where(t => t.Subscription.App == app)]);
            harness._apps.Add((program, sidecar));
            await WhenReadyAsync(sidecar);
        }

        return harness;
    }

    /// <summary>Ends the sidecar of the first app, as on SIGTERM, while its app goes on.</summary>
    public Task<int> StopSidecarAsync() => _apps[0].Sidecar.StopAsync();

    /// <summary>Starts it anew where it was.</summary>
    public async Task RestartSidecarAsync()
    {
        _apps[0] = (_apps[0].App, await SidecarDouble.StartAsync(_first));
        await WhenReadyAsync(_apps[0].Sidecar);
    }

    /// <summary>The apps stop before their sidecars, as they do where the sidecar blocks its shutdown.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var (app, _) in _apps)
        {
            await app.DisposeAsync();
        }

        foreach (var (_, sidecar) in _apps)
        {
            await sidecar.StopAsync();
        }
    }

    private static string[] Resources(
        RedisServer redis, int? deadLetterAfter = null, string processingTimeout = "60s", int redeliverInterval = 15_000) =>
    [
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
            - { name: processingTimeout, value: {{processingTimeout}} }
            - { name: redeliverInterval, value: "{{redeliverInterval}}" }
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
              deliver: { policy: constant, duration: 50ms, maxRetries: {{(deadLetterAfter ?? 0) - 1}} }
          targets:
            components:
              messages: { inbound: { retry: deliver } }
        """,
    ];

    private static async Task WhenReadyAsync(SidecarDouble sidecar)
    {
        using var http = new HttpClient { BaseAddress = sidecar.HttpEndpoint };
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(1))
        {
            using var health = await http.GetAsync(new Uri("/v1.0/healthz", UriKind.Relative)).DefaultTimeout();
            if (health.IsSuccessStatusCode)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        throw new TimeoutException("the sidecar did not become healthy");
    }
}
