using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Sidecar.Actors;

namespace Moodstream.Sidecar.Deliveries;

/// <summary>
/// Tells the sidecar what this app takes. It asks once in its life, and takes any answer but a good one for "nothing"
/// (Dapr's contract, 2.1 and 2.7; <c>01a-startup-plain.json</c>, <c>01c-startup-404-500.json</c>), so a question that
/// comes before the program has started waits for the answer.
/// </summary>
internal sealed class DiscoveryEndpoint(
    DeliveryHub hub, ActorHub actors, IOptions<SidecarOptions> options, ILogger<DiscoveryEndpoint> logger)
{
    /// <summary>Path of the question for subscriptions.</summary>
    public const string SubscribePath = "/dapr/subscribe";

    /// <summary>Path of the question for actor types.</summary>
    public const string ConfigPath = "/dapr/config";

    /// <summary>Answers with the subscriptions (form: <c>05a-bulk-shape.json</c>).</summary>
    public async Task SubscribeAsync(HttpContext context)
    {
        await hub.Started.WaitAsync(context.RequestAborted);
        if (logger.IsEnabled(LogLevel.Information))
        {
            logger.SubscriptionsAsked(string.Join(", ", hub.Routes.Select(r => r.Subscription.Topic)));
        }

        await WriteAsync(context, json =>
        {
            json.WriteStartArray();
            foreach (var route in hub.Routes)
            {
                Write(json, route);
            }

            json.WriteEndArray();
        });
    }

    /// <summary>
    /// Answers with the actor types (Dapr's contract, 5.1; form: <c>08a-actors.json</c>). Who asks is a new sidecar,
    /// since each asks once: actors of the one before are forgotten.
    /// </summary>
    public async Task ConfigAsync(HttpContext context)
    {
        actors.Forget();
        if (actors.Types.Count > 0 && logger.IsEnabled(LogLevel.Information))
        {
            logger.ActorsAsked(string.Join(", ", actors.Types.Select(t => t.Type)));
        }

        await WriteAsync(context, json =>
        {
            json.WriteStartObject();
            WriteTypes(json, actors.Types);
            if (actors.Types is [var only])
            {
                WriteTimes(json, only.Registration);
            }
            else if (actors.Types.Count > 1)
            {
                json.WriteStartArray("entitiesConfig"u8);
                foreach (var type in actors.Types)
                {
                    json.WriteStartObject();
                    WriteTypes(json, [type]);
                    WriteTimes(json, type.Registration);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        });
    }

    private static void WriteTypes(Utf8JsonWriter json, IEnumerable<ActorTypeHost> types)
    {
        json.WriteStartArray("entities"u8);
        foreach (var type in types)
        {
            json.WriteStringValue(type.Type);
        }

        json.WriteEndArray();
    }

    private static void WriteTimes(Utf8JsonWriter json, ActorRegistration registration)
    {
        json.WriteString("actorIdleTimeout"u8, ActorApi.Duration(registration.IdleTimeout));
        json.WriteString("drainOngoingCallTimeout"u8, ActorApi.Duration(registration.DrainTimeout));
        json.WriteBoolean("drainRebalancedActors"u8, true);
        json.WriteStartObject("reentrancy"u8);
        json.WriteBoolean("enabled"u8, false);
        json.WriteEndObject();
    }

    private void Write(Utf8JsonWriter json, TopicRoute route)
    {
        var subscription = route.Subscription;
        json.WriteStartObject();
        json.WriteString("pubsubname"u8, options.Value.PubSub);
        json.WriteString("topic"u8, subscription.Topic);
        json.WriteString("route"u8, route.Path);
        if (subscription.DeadLetterTopic is { } dead)
        {
            json.WriteString("deadLetterTopic"u8, dead);
        }

        if (route.Handler is IBulkTopicHandler)
        {
            json.WriteStartObject("bulkSubscribe"u8);
            json.WriteBoolean("enabled"u8, true);
            json.WriteNumber("maxMessagesCount"u8, subscription.Bulk.MaxCount);

            // 0 would mean the default, a second.
            json.WriteNumber("maxAwaitDurationMs"u8, Math.Max(1, (int)subscription.Bulk.MaxWait.TotalMilliseconds));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            write(json);
        }

        await DeliveryAnswer.WriteAsync(context, output.WrittenMemory);
    }
}
