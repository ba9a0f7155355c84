using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Moodstream.Tests.Sidecar.PubSub;

namespace Moodstream.Tests.Sidecar.Api;

/// <summary>GET /v1.0/metadata (Dapr's contract, 1.6; empty members are left out).</summary>
internal sealed class MetadataApi(SidecarOptions options, Resources.SidecarResources resources, SubscriptionHost subscriptions, AppLink link, ActorsApi? actors)
{
    private const string Version = "1.18.3";

    private static readonly JsonSerializerOptions AsGo = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Task GetAsync(Call call)
    {
        var answer = new JsonObject
        {
            ["id"] = options.AppId,
            ["runtimeVersion"] = Version,
            ["enabledFeatures"] = new JsonArray("HotReload", "WorkflowsRemoteActivityReminder"),
        };
        if (actors is { Counts.Count: > 0 } && link.Ready)
        {
            answer["actors"] = Active(actors);
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
        answer["extended"] = new JsonObject { ["daprRuntimeVersion"] = Version };
        if (subscriptions.All.Count > 0)
        {
            answer["subscriptions"] = new JsonArray([.. subscriptions.All.Select(Describe)]);
        }

        if (options.AppPort != 0)
        {
            answer["appConnectionProperties"] = new JsonObject { ["port"] = options.AppPort, ["protocol"] = options.AppProtocol, ["channelAddress"] = "127.0.0.1" };
        }

        answer["actorRuntime"] = ActorRuntime();
        if (options.SchedulerAddress.Length > 0)
        {
            answer["scheduler"] = new JsonObject { ["connected_addresses"] = new JsonArray(options.SchedulerAddress) };
        }

        return call.JsonAsync(200, answer.ToJsonString(AsGo) + "\n");
    }

    private JsonObject ActorRuntime()
    {
        var on = options.PlacementAddress.Length > 0;
        var runtime = new JsonObject { ["runtimeStatus"] = !link.Ready ? "INITIALIZING" : on ? "RUNNING" : "DISABLED" };
        if (actors is { Counts.Count: > 0 } && link.Ready)
        {
            runtime["activeActors"] = Active(actors);
        }

        runtime["hostReady"] = on && link.Ready;
        if (link.Ready)
        {
            runtime["placement"] = on ? "placement: connected" : "placement: disconnected";
        }

        return runtime;
    }

    private static JsonArray Active(ActorsApi actors) => [.. actors.Counts.Select(c =>
        c.Value > 0 ? new JsonObject { ["type"] = c.Key, ["count"] = c.Value } : new JsonObject { ["type"] = c.Key })];

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
