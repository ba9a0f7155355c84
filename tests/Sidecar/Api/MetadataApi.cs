using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Moodstream.Tests.Sidecar.PubSub;

namespace Moodstream.Tests.Sidecar.Api;

/// <summary>GET /v1.0/metadata (Dapr's contract, 1.6; empty members are left out).</summary>
internal sealed class MetadataApi(SidecarOptions options, Resources.SidecarResources resources, SubscriptionHost subscriptions, Func<JsonObject> actorRuntime)
{
    private const string Version = "1.18.3";

    private readonly ConcurrentDictionary<string, string> _extended = new();

    public async Task SetAsync(Call call, string key)
    {
        _extended[key] = Encoding.UTF8.GetString(await call.BodyAsync() ?? []);
        await call.EmptyAsync();
    }

    public Task GetAsync(Call call)
    {
        var actors = actorRuntime();
        var answer = new JsonObject
        {
            ["id"] = options.AppId,
            ["runtimeVersion"] = Version,
            ["enabledFeatures"] = new JsonArray("HotReload", "WorkflowsRemoteActivityReminder"),
        };
        if (actors["activeActors"] is { } active)
        {
            answer["actors"] = active.DeepClone();
        }

        answer["components"] = new JsonArray([.. resources.Components.Select(c =>
        {
            var component = new JsonObject { ["name"] = c.Name, ["type"] = c.Type, ["version"] = "v1" };
            if (c.Type == "state.redis")
            {
                component["capabilities"] = new JsonArray("ETAG", "TRANSACTIONAL", "TTL", "KEYS_LIKE", "ACTOR");
            }

            return component;
        })]);
        var extended = new JsonObject { ["daprRuntimeVersion"] = Version };
        foreach (var (key, value) in _extended)
        {
            extended[key] = value;
        }

        answer["extended"] = extended;
        if (subscriptions.All.Count > 0)
        {
            answer["subscriptions"] = new JsonArray([.. subscriptions.All.Select(Describe)]);
        }

        if (options.AppPort != 0)
        {
            answer["appConnectionProperties"] = new JsonObject { ["port"] = options.AppPort, ["protocol"] = options.AppProtocol, ["channelAddress"] = "127.0.0.1" };
        }

        answer["actorRuntime"] = actors;
        if (options.SchedulerAddress.Length > 0)
        {
            answer["scheduler"] = new JsonObject { ["connected_addresses"] = new JsonArray(options.SchedulerAddress) };
        }

        // As Go writes it, in the order above.
        using var json = JsonDocument.Parse(answer.ToJsonString());
        return call.AnswerAsync(200, [.. GoJson.Bytes(json.RootElement, GoJson.Numbers.AsWritten, sorted: false, escapeHtml: false), (byte)'\n']);
    }

    private static JsonObject Describe(Subscription subscription)
    {
        var description = new JsonObject { ["pubsubname"] = subscription.PubSub, ["topic"] = subscription.Topic };
        if (subscription.Metadata.Count > 0)
        {
            description["metadata"] = new JsonObject(subscription.Metadata.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value)));
        }

        description["rules"] = new JsonArray([.. subscription.Rules.Select(r => r.Match.Length > 0
            ? new JsonObject { ["match"] = r.Match, ["path"] = r.Path } : new JsonObject { ["path"] = r.Path })]);
        description["deadLetterTopic"] = subscription.DeadLetterTopic ?? "";
        description["type"] = subscription.Type;
        return description;
    }
}
