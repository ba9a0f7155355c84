using System.Text.RegularExpressions;
using Moodstream.Contracts;
using Moodstream.Sidecar;

namespace Moodstream.Deployment.Tests;

/// <summary>
/// The components, held to what daprd would not say: it takes an unknown key, a policy that is not there, or a text
/// where it wants milliseconds, without a word (tests/data/dapr-traces: 06-declarative, 06b-redeliver-as-text).
/// </summary>
public sealed partial class ComponentsTests
{
    private static readonly string[] Messaging = [Apps.Ingestor, Apps.Classifier, Apps.Trends, Apps.Relay, Apps.Dashboard];

    // Every key that the Redis components of Dapr 1.18 read.
    private static readonly string[] RedisKeys =
    [
        "redisHost", "redisPort", "redisUsername", "redisPassword", "sentinelUsername", "sentinelPassword", "failover",
        "sentinelMasterName", "redisType", "redisDB", "enableTLS", "insecureSkipTLSVerify", "clientCert", "clientKey",
        "redisMaxRetries", "redisMinRetryInterval", "redisMaxRetryInterval", "dialTimeout", "readTimeout", "writeTimeout",
        "poolSize", "poolTimeout", "minIdleConns", "maxConnAge", "idleTimeout", "idleCheckFrequency", "useEntraID",
    ];

    private static readonly string[] PubSubKeys =
    [
        "consumerID", "processingTimeout", "redeliverInterval", "queueDepth", "concurrency", "maxLenApprox", "streamTTL",
    ];

    private static readonly string[] StateKeys =
        ["actorStateStore", "keyPrefix", "ttlInSeconds", "outboxPublishPubsub", "outboxPublishTopic", "queryIndexes"];

    private static readonly Dictionary<string, string> Messages = Files.Metadata(Files.Document("components/messages.yaml"));

    [Theory]
    [InlineData("components/messages.yaml", Components.Messages, "pubsub.redis")]
    [InlineData("components/state.yaml", Components.State, "state.redis")]
    [InlineData("components/alternatives/kafka.yaml", Components.Messages, "pubsub.kafka")]
    [InlineData("components/alternatives/rabbitmq.yaml", Components.Messages, "pubsub.rabbitmq")]
    public void Component_HasTheNameTheCodeUses(string file, string name, string type)
    {
        var component = Files.Document(file);

        Assert.Equal("Component", (string)component["kind"]!);
        Assert.Equal(name, (string)component["metadata"]!["name"]!);
        Assert.Equal(type, (string)component["spec"]!["type"]!);
    }

    [Fact]
    public void Components_Scopes_AreTheAppsThatUseThem()
    {
        Assert.Equal([Apps.Ingestor, Apps.Trends, Apps.Relay, Apps.Dashboard], Files.Scopes(Files.Document("components/state.yaml")));
        string[] messaging =
        [
            "components/messages.yaml", "components/resiliency.yaml", "components/alternatives/kafka.yaml",
            "components/alternatives/rabbitmq.yaml",
        ];
        Assert.All(messaging, file => Assert.Equal(Messaging, Files.Scopes(Files.Document(file))));
    }

    [Fact]
    public void Components_Keys_AreThoseThatTheRuntimeReads()
    {
        Assert.Empty(Messages.Keys.Except([.. RedisKeys, .. PubSubKeys]));
        Assert.Empty(Files.Metadata(Files.Document("components/state.yaml")).Keys.Except([.. RedisKeys, .. StateKeys]));
    }

    [Fact]
    public void Messages_Settings_AreThoseThatSettlementCountsOn()
    {
        Assert.Equal("20s", Messages["processingTimeout"]);
        Assert.Equal("5000", Messages["redeliverInterval"]);
        Assert.Equal("24h", Messages["streamTTL"]);
        Assert.Equal(TimeSpan.FromHours(24), new SidecarOptions().Retention);
        Assert.False(Messages.ContainsKey("maxLenApprox")); // would win over streamTTL, and trims what nobody has read
        Assert.False(Messages.ContainsKey("consumerID"));   // the app id, so that replicas share and apps do not
        Assert.True(Messages.ContainsKey("redisHost"));
    }

    [Fact]
    public void Messages_Numbers_FitTogether()
    {
        var concurrency = int.Parse(Messages["concurrency"]);
        var queueDepth = int.Parse(Messages["queueDepth"]);

        Assert.True(concurrency >= 128, "the classifier has 128 deliveries under way");
        // Those of the app with the most: the dashboard.
        var topics = Files.Documents("components/subscriptions.yaml").SelectMany(Files.Scopes).CountBy(app => app)
            .Max(app => app.Value);
        Assert.True(int.Parse(Messages["poolSize"]) >= topics + concurrency + 100, "topics, workers, a bulk publish");

        // What is taken ahead ages: at the slowest the classifier is meant for, 50 posts/s, it must be done in time.
        Assert.True((concurrency + (2 * queueDepth)) / 50.0 < 20);
    }

    [Fact]
    public void Messages_TimeLimits_FitTogether()
    {
        var options = new SidecarOptions();
        var processing = Messages["processingTimeout"];
        Assert.Matches("^[0-9]+s$", processing);
        var delivered = TimeSpan.FromSeconds(int.Parse(processing[..^1]));

        // A handler hears that it cannot publish before its delivery must be answered, and that is well before the
        // broker delivers a second time beside the first.
        Assert.True(options.PublishTimeout < options.AnswerLimit);
        Assert.True(options.AnswerLimit <= 0.75 * delivered);
    }

    [Fact]
    public void State_KeepsActors() =>
        Assert.Equal("true", Files.Metadata(Files.Document("components/state.yaml"))["actorStateStore"]);

    [Fact]
    public void Resiliency_RetriesWithoutEndAndNamesWhatIsThere()
    {
        var spec = Files.Document("components/resiliency.yaml")["spec"]!;
        var retries = spec["policies"]!["retries"]!.AsObject();
        var (target, ways) = Assert.Single(spec["targets"]!["components"]!.AsObject());
        var inbound = ways!["inbound"]!.AsObject();
        var outbound = ways["outbound"]!.AsObject();

        Assert.Equal(Components.Messages, target);
        Assert.Equal(["retry"], inbound.Select(p => p.Key));  // no timeout, no circuit breaker
        Assert.Equal(["retry"], outbound.Select(p => p.Key));
        Assert.Equal(-1, (int)retries[(string)inbound["retry"]!]!["maxRetries"]!);
        Assert.True((int)retries[(string)outbound["retry"]!]!["maxRetries"]! >= 3);
        Assert.All(retries, r => Assert.Equal("constant", (string)r.Value!["policy"]!)); // exponential ends after 15 min
        Assert.All(retries, r => Assert.Matches(GoDuration(), (string)r.Value!["duration"]!));
    }

    [Fact]
    public void Configuration_TracesAndMeasures()
    {
        var spec = Files.Document(Files.Dapr.Common.ConfigFilePath!)["spec"]!;

        Assert.True((bool)spec["metrics"]!["enabled"]!);
        Assert.False((bool)spec["metrics"]!["http"]!["increasedCardinality"]!);
        Assert.NotEqual("0", (string)spec["tracing"]!["samplingRate"]!);
    }

    [Fact]
    public void Subscriptions_OfOneAppAndTopic_StandOnce()
    {
        // Of two the first file would win, without a word (06-declarative.json).
        var declared = Files.Documents("components/subscriptions.yaml")
            .Select(s => (App: Assert.Single(Files.Scopes(s)), Topic: (string)s["spec"]!["topic"]!)).ToList();

        Assert.Equal(declared.Distinct(), declared);
        Assert.All(declared, s => Assert.Contains(Files.Dapr.Apps, a => a.AppId == s.App));
    }

    [GeneratedRegex(@"^(\d+(\.\d+)?(ns|us|ms|s|m|h))+$")]
    private static partial Regex GoDuration();
}
