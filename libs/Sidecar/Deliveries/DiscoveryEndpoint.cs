using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.Sidecar.Deliveries;

/// <summary>
/// Tells the sidecar what this app takes. It asks once in its life, and takes any answer but a good one for "nothing"
/// (Dapr's contract, 2.1 and 2.7; <c>01a-startup-plain.json</c>, <c>01c-startup-404-500.json</c>), so a question that
/// comes before the program has started waits for the answer.
/// </summary>
internal sealed class DiscoveryEndpoint(
    DeliveryHub hub, IOptions<SidecarOptions> options, ILogger<DiscoveryEndpoint> logger)
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

    /// <summary>Answers with the actor types: none.</summary>
    public static Task ConfigAsync(HttpContext context) => WriteAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("entities"u8);
        json.WriteEndArray();
        json.WriteEndObject();
    });

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
