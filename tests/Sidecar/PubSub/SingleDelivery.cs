using System.Text.Json;
using Moodstream.Tests.Sidecar.Resources;

namespace Moodstream.Tests.Sidecar.PubSub;

/// <summary>One event, one POST, the stored bytes as they are (Dapr's contract, 2.3 and 2.4); raw subscriptions come in bulk only.</summary>
internal sealed class SingleDelivery(Subscription subscription, SidecarResources resources, AppChannel app, Publisher publisher, Action<string> log)
{
    /// <summary>Asked to be dropped: not tried again.</summary>
    private static readonly DeliveryException Drop = new("DROP status returned from app");

    /// <inheritdoc cref="Deliver" />
    public async Task<Exception?> DeliverAsync(StreamMessage message, CancellationToken cancellationToken)
    {
        var metadata = new Dictionary<string, string>(message.Metadata ?? []) { ["pubsubName"] = subscription.PubSub };
        List<(string, string)> headers = [.. metadata.Select(m => (AppChannel.Canonical(m.Key), m.Value))];
        using var cloudEvent = JsonDocument.Parse(message.Data);
        if (Trace.HeaderOf(cloudEvent.RootElement, resources.SamplingRate) is { } trace)
        {
            headers.Add(("Traceparent", trace));
        }

        var path = subscription.PathOf(cloudEvent.RootElement.TextAt("type"));
        var target = resources.TargetOf(subscription.PubSub, "inbound");
        Exception? problem = null;
        await target.Retry.RunAsync(async () =>
        {
            problem = await PostAsync(path, headers, message.Data, target.Timeout);
            return problem == Drop ? null : problem;
        }, cancellationToken);
        if (problem is null || (problem != Drop && cancellationToken.IsCancellationRequested))
        {
            return problem;
        }

        // Without a dead letter topic the problem stands; one that cannot be stored is lost as well.
        log($"topic {subscription.Topic}: {problem.Message}");
        return subscription.DeadLetterTopic is { } dead ? await publisher.PublishAsync(subscription.PubSub, dead, message.Data, metadata)
            : problem == Drop ? null : problem;
    }

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
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.TextAt("status") : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
