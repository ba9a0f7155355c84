using System.Globalization;
using System.Net;
using System.Text;
using Moodstream.Sidecar.Tests.Replays;
using Moodstream.Tests.Sidecar;

namespace Moodstream.Sidecar.Tests;

/// <summary>What the double does wrong when told to, and what it refuses to start with.</summary>
public sealed class FaultsTests
{
    private const string Components = """
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: { name: messages }
        spec:
          type: pubsub.redis
          version: v1
          metadata: [ { name: redisHost, value: "127.0.0.1:PORT" }, { name: concurrency, value: "1" } ]
        ---
        apiVersion: dapr.io/v2alpha1
        kind: Subscription
        metadata: { name: s }
        spec: { pubsubname: messages, topic: t, routes: { default: /t }, deadLetterTopic: t.dead }
        ---
        apiVersion: dapr.io/v1alpha1
        kind: Resiliency
        metadata: { name: r }
        spec:
          policies: { retries: { twice: { policy: constant, duration: 10ms, maxRetries: 2 } } }
          targets: { components: { messages: { inbound: { retry: twice } } } }
        """;

    private const string State = """
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: { name: state }
        spec: { type: state.redis, version: v1, metadata: [ { name: redisHost, value: "127.0.0.1:PORT" } ] }
        """;

    [RedisFact]
    public async Task RefusePublishes_SingleAndBulk_AreAnswered500AndStoredNowhere()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var sidecar = await StartAsync(redis, 0);
        await SwitchAsync(sidecar, """{"refusePublishes":true}""");

        var single = await PublishAsync(sidecar, "v1.0/publish/messages/t", "1");
        var bulk = await PublishAsync(sidecar, "v1.0/publish/bulk/messages/t", """[{"entryId":"e","event":1,"contentType":"application/json"}]""");
        Assert.Equal(2, await SwitchAsync(sidecar, """{"refusePublishes":false}"""));
        var after = await PublishAsync(sidecar, "v1.0/publish/messages/t", "2");

        Assert.Equal((HttpStatusCode.InternalServerError, HttpStatusCode.InternalServerError, HttpStatusCode.NoContent), (single, bulk, after));
        Assert.Equal("1", await redis.CliAsync("XLEN", "t"));
    }

    [RedisFact]
    public async Task LoseOneIn_OfTenPublishes_AcknowledgesAllAndStoresNine()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var sidecar = await StartAsync(redis, 0);
        await SwitchAsync(sidecar, """{"loseOneIn":10}""");

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.NoContent, await PublishAsync(sidecar, $"v1.0/publish/messages/{(i < 10 ? "t" : "u")}", "1"));
        }

        Assert.Equal(("9", "9"), (await redis.CliAsync("XLEN", "t"), await redis.CliAsync("XLEN", "u")));
        Assert.Equal(2, sidecar.Faults.Count);
    }

    [RedisFact]
    public async Task DeliverTwice_AnEvent_ComesTwiceWithTheSameId()
    {
        var calls = new Recorded<string>();
        await using var redis = await RedisServer.StartAsync();
        await using var app = Listening(calls, 200);
        await using var sidecar = await StartAsync(redis, app.Port);
        sidecar.Faults.DeliversTwice = true;

        await PublishAsync(sidecar, "v1.0/publish/messages/t", "1");

        await calls.WhenCount(2).DefaultTimeout();
        Assert.Equal(calls.Items[0], calls.Items[1]);
        Assert.Equal(1, sidecar.Faults.Count);
    }

    [RedisFact]
    public async Task LoseDeliveryOneIn_OfFiveEvents_AcksTwoThatNeverReachTheApp()
    {
        var calls = new Recorded<string>();
        await using var redis = await RedisServer.StartAsync();
        await using var app = Listening(calls, 200);
        await using var sidecar = await StartAsync(redis, app.Port);
        sidecar.Faults.LosesDeliveryOneIn = 2;

        for (var i = 0; i < 5; i++)
        {
            await PublishAsync(sidecar, "v1.0/publish/messages/t", $"{i}");
        }

        await calls.WhenCount(3).DefaultTimeout();
        await Replay.Until(async () => (await redis.CliAsync("XPENDING", "t", "app")).StartsWith('0'), "all entries to be acked");
        Assert.Equal(3, calls.Items.Count);
        Assert.Equal(2, sidecar.Faults.Count);
    }

    [RedisFact]
    public async Task Delivery_RefusedThreeTimes_EndsInTheDeadLetterTopic()
    {
        var calls = new Recorded<string>();
        await using var redis = await RedisServer.StartAsync();
        await using var app = Listening(calls, 500);
        await using var sidecar = await StartAsync(redis, app.Port);

        await PublishAsync(sidecar, "v1.0/publish/messages/t", "1");

        await Replay.Until(async () => await redis.CliAsync("XLEN", "t.dead") == "1", "the dead letter");
        Assert.Equal(3, calls.Items.Count);
        Assert.Contains("pubsubName", await redis.CliAsync("XRANGE", "t.dead", "-", "+"), StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task Delivery_Answered404_IsTriedOnceAndEndsInTheDeadLetterTopic()
    {
        var calls = new Recorded<string>();
        await using var redis = await RedisServer.StartAsync();
        await using var app = Listening(calls, 404);
        await using var sidecar = await StartAsync(redis, app.Port);

        await PublishAsync(sidecar, "v1.0/publish/messages/t", "1");

        // As recorded in 04b-single-dead-no-policy and, with a retry policy like this one, 04d-single-retry3-dead.
        await Replay.Until(async () => await redis.CliAsync("XLEN", "t.dead") == "1", "the dead letter");
        await Replay.Until(async () => (await redis.CliAsync("XPENDING", "t", "app")).StartsWith('0'), "the entry to be acked");
        Assert.Single(calls.Items);
        Assert.Equal("1", await redis.CliAsync("XLEN", "t.dead"));
    }

    [RedisFact]
    public async Task ApiToken_WrongOrMissing_Is401WithNothingElse()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var sidecar = await StartAsync(redis, 0, o => o with { ApiToken = "secret" });
        using var http = new HttpClient();

        using var refused = await http.GetAsync(new Uri(sidecar.HttpEndpoint, "v1.0/metadata"));
        using var health = await http.GetAsync(new Uri(sidecar.HttpEndpoint, "v1.0/healthz/outbound"));

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid api token\n"), (refused.StatusCode, await refused.Content.ReadAsStringAsync()));
        Assert.Equal(HttpStatusCode.NoContent, health.StatusCode);
    }

    [RedisFact]
    public async Task Stop_AppNeverAnswersADelivery_EndsWithExitCode1AndLeavesItPending()
    {
        var calls = new Recorded<string>();
        await using var redis = await RedisServer.StartAsync();
        await using var app = new RawApp(async (request, gone) =>
        {
            if (request.Method == "POST")
            {
                calls.Add(request.Path);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, gone);
            }

            return new(404, [], []);
        });
        app.Listen();
        await using var sidecar = await StartAsync(redis, app.Port, o => o with { GracefulShutdown = TimeSpan.FromMilliseconds(200) });
        await PublishAsync(sidecar, "v1.0/publish/messages/t", "1");
        await calls.WhenCount(1).DefaultTimeout();

        var code = await sidecar.StopAsync().DefaultTimeout();

        // As recorded in 01f-shutdown, third part.
        Assert.Equal(1, code);
        Assert.StartsWith("1", await redis.CliAsync("XPENDING", "t", "app"), StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task Transactions_ManyAtOnce_AreAllWritten()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var sidecar = await StartAsync(redis, 0, o => o with { Resources = [State.Replace("PORT", $"{redis.Port}", StringComparison.Ordinal)] });

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => PublishAsync(sidecar, "v1.0/state/state/transaction",
            $$$"""{"operations":[{"operation":"upsert","request":{"key":"a{{{i}}}","value":1}},{"operation":"upsert","request":{"key":"b{{{i}}}","value":1}}]}""")));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.NoContent, a));
        Assert.Equal("200", await redis.CliAsync("DBSIZE"));
    }

    [Theory]
    [InlineData("kind: HTTPEndpoint", "HTTPEndpoint")]
    [InlineData("kind: Component\nmetadata: { name: x }\nspec: { type: pubsub.kafka }", "pubsub.kafka")]
    [InlineData("kind: Resiliency\nspec: { policies: { retries: { r: { duration: 1second } } } }", "1second")]
    public async Task Start_ResourcesItDoesNotKnow_AreNamed(string yaml, string named)
    {
        var problem = await Assert.ThrowsAsync<Moodstream.Tests.Sidecar.Resources.ResourceException>(() =>
            SidecarDouble.StartAsync(new() { AppId = "app", Resources = [yaml] }));

        Assert.Contains(named, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ingestor", 2)]
    [InlineData("classifier", 1)]
    [InlineData("bert", 0)]
    [InlineData("trends", 2)]
    [InlineData("relay", 2)]
    [InlineData("dashboard", 2)]
    public void Load_TheShippedComponents_GivesEachAppItsOwn(string app, int components)
    {
        var folder = Path.Combine(Repository.Root, "components");

        var resources = Moodstream.Tests.Sidecar.Resources.SidecarResources.Load(new() { AppId = app, ResourcesPaths = [folder] });

        Assert.Equal(components, resources.Components.Count);
        Assert.Equal(components > 0 ? -1 : 0, resources.TargetOf("messages", "inbound").Retry.MaxRetries);
    }

    [Theory]
    [InlineData("--app-id", "a", "--no-such-flag", "1")]
    [InlineData("--app-port", "1")]
    [InlineData("--app-id", "a", "--app-port", "many")]
    public void Flags_DaprdWouldNotTake_AreRefused(params string[] flags) =>
        Assert.Throws<FlagException>(() => Flags.Parse(flags, _ => null, _ => { }));

    private static RawApp Listening(Recorded<string> calls, int status)
    {
        var app = new RawApp((request, _) =>
        {
            if (request.Method == "POST")
            {
                calls.Add(Encoding.UTF8.GetString(request.Body));
                return Task.FromResult<RawAnswer?>(new(status, [], []));
            }

            return Task.FromResult<RawAnswer?>(new(404, [], []));
        });
        app.Listen();
        return app;
    }

    private static Task<SidecarDouble> StartAsync(RedisServer redis, int appPort, Func<SidecarOptions, SidecarOptions>? with = null)
    {
        var options = new SidecarOptions { AppId = "app", AppPort = appPort, Resources = [Components.Replace("PORT", $"{redis.Port}", StringComparison.Ordinal)] };
        return SidecarDouble.StartAsync(with?.Invoke(options) ?? options).DefaultTimeout();
    }

    // How often it did wrong so far.
    private static async Task<long> SwitchAsync(SidecarDouble sidecar, string switches)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsync(new Uri(sidecar.HttpEndpoint, "double/faults"), new StringContent(switches));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return long.Parse(await answer.Content.ReadAsStringAsync(), CultureInfo.InvariantCulture);
    }

    private static async Task<HttpStatusCode> PublishAsync(SidecarDouble sidecar, string path, string body)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsync(new Uri(sidecar.HttpEndpoint, path), new StringContent(body, Encoding.UTF8, "application/json"));
        return answer.StatusCode;
    }
}
