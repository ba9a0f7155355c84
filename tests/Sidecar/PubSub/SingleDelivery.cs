using System.Text.Json;
using Moodstream.Tests.Sidecar.Resources;

namespace Moodstream.Tests.Sidecar.PubSub;

/// <summary>One event, one POST, the stored bytes as they are (Dapr's contract, 2.3 and 2.4).</summary>
internal sealed class SingleDelivery(Subscription subscription, SidecarResources resources, AppChannel app, Publisher publisher, Faults faults, Action<string> log)
{
    /// <summary>Asked to be dropped: not tried again.</summary>
    private static readonly DeliveryException Drop = new("DROP status returned from app");

    /// <summary>Gives null when the entry may be acked, else why not; what follows is the broker's rule.</summary>
    public async Task<Exception?> DeliverAsync(StreamMessage message, CancellationToken cancellationToken)
    {
        if (faults.LosesDelivery())
        {
            return null;
        }

        var metadata = new Dictionary<string, string>(message.Metadata ?? []) { ["pubsubName"] = subscription.PubSub };
        var body = subscription.Raw ? CloudEvents.AroundRaw(message.Data, subscription.PubSub, subscription.Topic) : message.Data;
        Exception? problem;
        try
        {
            using var cloudEvent = JsonDocument.Parse(body);
            if (cloudEvent.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException("not an object");
            }

            if (CloudEvents.Expired(cloudEvent.RootElement, TimeProvider.System.GetUtcNow())
                || Routing.PathOf(subscription.Rules, cloudEvent.RootElement) is not { } path)
            {
                return await DeadLetterAsync(message, metadata, null);
            }

            List<(string, string)> headers = [.. metadata.Select(m => (AppChannel.Canonical(m.Key), m.Value))];
            if (Routing.TraceParent(cloudEvent.RootElement, resources.SamplingRate) is { } trace)
            {
                headers.Add(("Traceparent", trace));
            }

            var target = resources.TargetOf(subscription.PubSub, "inbound");
            problem = null;
            await target.Retry.RunAsync(async () => (problem = await PostAsync(path, headers, body, target.Timeout)) == Drop ? null : problem, cancellationToken);
        }
        catch (Exception refused) when (refused is JsonException or RoutingException)
        {
            problem = refused;
        }

        if (problem is null || (problem != Drop && cancellationToken.IsCancellationRequested))
        {
            return problem;
        }

        log($"topic {subscription.Topic}: {problem.Message}");
        return await DeadLetterAsync(message, metadata, problem == Drop ? null : problem);
    }

    /// <summary>Without a dead letter topic the problem stands; one that cannot be stored is lost as well.</summary>
    private async Task<Exception?> DeadLetterAsync(StreamMessage message, Dictionary<string, string> metadata, Exception? problem) =>
        subscription.DeadLetterTopic is null ? problem
        : await publisher.PublishAsync(subscription.PubSub, subscription.DeadLetterTopic, message.Data, metadata);

    private async Task<Exception?> PostAsync(string path, List<(string, string)> headers, byte[] body, TimeSpan? timeout)
    {
        AppAnswer answer;
        try
        {
            answer = await app.CallAsync("POST", path, headers, body, "application/cloudevents+json", timeout);
        }
        catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException or IOException)
        {
            return new DeliveryException(problem.Message);
        }

        if (answer.Status == 404)
        {
            return Drop;
        }

        return !answer.Good ? new DeliveryException($"retriable error returned from app: {answer.Status}") : StatusOf(answer.Body) switch
        {
            null or "" or "SUCCESS" => null,
            "DROP" => Drop,
            var status => new DeliveryException($"{status} status returned from app"),
        };
    }

    /// <summary>Whatever is not an object with a text for status is a success.</summary>
    private static string? StatusOf(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("status", out var status)
                && status.ValueKind == JsonValueKind.String ? status.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
