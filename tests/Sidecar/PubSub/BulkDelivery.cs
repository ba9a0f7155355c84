using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Moodstream.Tests.Sidecar.Resources;

namespace Moodstream.Tests.Sidecar.PubSub;

/// <summary>Many events, one POST, one POST at a time (Dapr's contract, 2.5; 05a-bulk-shape, 05b-bulk-no-policy).</summary>
internal sealed class BulkDelivery(Subscription subscription, SidecarResources resources, AppChannel app, Publisher publisher, Action<string> log, CancellationToken stopped)
{
    private sealed class Item(StreamMessage message)
    {
        public string EntryId { get; } = Trace.NewId();

        public StreamMessage Message => message;

        public TaskCompletionSource<Exception?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public byte[] Json { get; set; } = [];

        public string? Path { get; set; }
    }

    private readonly Channel<Item> _incoming = Channel.CreateUnbounded<Item>();
    private readonly ArrayBufferWriter<byte> _entry = new();
    private readonly ArrayBufferWriter<byte> _body = new();
    private volatile TaskCompletionSource _full = new();

    /// <summary>
    /// Waits until the entry's batch is answered, however long: so a batch never exceeds the component's workers, and an
    /// answer after processingTimeout still acks (05h-bulk-crash). Ends at once with the subscription.
    /// </summary>
    public async Task<Exception?> DeliverAsync(StreamMessage message, CancellationToken limit)
    {
        var item = new Item(message);
        _incoming.Writer.TryWrite(item);
        if (_incoming.Reader.Count >= subscription.Bulk!.MaxMessages)
        {
            _full.TrySetResult();
        }

        try
        {
            return await item.Done.Task.WaitAsync(stopped);
        }
        catch (OperationCanceledException problem)
        {
            return problem;
        }
    }

    /// <summary>Gathers and posts until the subscription ends.</summary>
    public async Task RunAsync()
    {
        var bulk = subscription.Bulk!;
        try
        {
            while (await _incoming.Reader.WaitToReadAsync(stopped))
            {
                _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_incoming.Reader.Count < bulk.MaxMessages)
                {
                    await _full.Task.WaitAsync(bulk.MaxAwait, TimeProvider.System, stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    stopped.ThrowIfCancellationRequested();
                }

                List<Item> batch = [];
                while (batch.Count < bulk.MaxMessages && _incoming.Reader.TryRead(out var item))
                {
                    batch.Add(item);
                }

                await DeliverBatchAsync(batch);
            }
        }
        catch (OperationCanceledException)
        {
            // The subscription has ended.
        }
    }

    private async Task DeliverBatchAsync(List<Item> batch)
    {
        foreach (var item in batch)
        {
            try
            {
                Prepare(item);
            }
            catch (JsonException problem)
            {
                log($"error deserializing one of the messages in bulk cloud event in pubsub {subscription.PubSub} and topic {subscription.Topic}: {problem.Message}");
                await EndAsync([item], problem);
            }
        }

        foreach (var route in batch.Where(i => i.Path is not null).GroupBy(i => i.Path!))
        {
            await DeliverRouteAsync(route.Key, [.. route]);
        }
    }

    private void Prepare(Item item)
    {
        var data = item.Message.Data;
        var output = _entry;
        output.ResetWrittenCount();
        void Write(string text) => output.Write(Encoding.UTF8.GetBytes(text));
        Write($$"""{"entryId":"{{item.EntryId}}","event":""");
        if (subscription.Raw)
        {
            item.Path = subscription.PathOf(null);
            output.Write(GoJson.Text(Convert.ToBase64String(data)));
        }
        else if (subscription.Rules.Count == 1 && GoJson.IsWritten(data))
        {
            item.Path = subscription.PathOf(null);
            output.Write(data);
        }
        else
        {
            using var cloudEvent = JsonDocument.Parse(data);
            item.Path = subscription.PathOf(cloudEvent.RootElement.TextAt("type"));
            GoJson.Write(output, cloudEvent.RootElement, doubles: true);
        }

        Write(""","metadata":""");
        output.Write(item.Message.Metadata is null ? "null"u8.ToArray() : GoJson.Map(item.Message.Metadata));
        Write($$""","contentType":"{{(subscription.Raw ? "application/octet-stream" : "application/cloudevents+json")}}"}""");
        item.Json = output.WrittenSpan.ToArray();
    }

    private async Task DeliverRouteAsync(string path, List<Item> items)
    {
        var id = Trace.NewId();
        var target = resources.TargetOf(subscription.PubSub, "inbound");
        var failed = items;
        // Only what failed goes again, under the same ids.
        var problem = await target.Retry.RunAsync(async () =>
        {
            var (again, dropped, why) = await PostAsync(path, id, failed, target.Timeout);
            foreach (var item in again.Count + dropped.Count == 0 ? failed : failed.Except(again).Except(dropped))
            {
                item.Done.TrySetResult(null);
            }

            if (dropped.Count > 0)
            {
                await EndAsync(dropped, null);
            }

            failed = again;
            return failed.Count == 0 ? null : new DeliveryException(why);
        }, stopped);
        if (problem is not null)
        {
            log($"topic {subscription.Topic}: {failed.Count} of a bulk of {items.Count}: {problem.Message}");
            if (!stopped.IsCancellationRequested)
            {
                await EndAsync(failed, problem);
            }
        }
    }

    /// <summary>What follows a failure (or, without a problem, a drop): the dead letter topic, if any.</summary>
    private async Task EndAsync(List<Item> items, Exception? problem)
    {
        if (subscription.DeadLetterTopic is { } dead)
        {
            var failed = await publisher.PublishAllAsync(subscription.PubSub, dead,
                [.. items.Select(i => new BulkEntry(i.EntryId, i.Message.Data, i.Message.Metadata))]);
            problem = failed.Count > 0 ? new DeliveryException(failed[0].Error) : null;
        }

        items.ForEach(i => i.Done.TrySetResult(problem));
    }

    private async Task<(List<Item> Again, List<Item> Dropped, string Why)> PostAsync(string path, string id, List<Item> items, TimeSpan? timeout)
    {
        var output = _body;
        output.ResetWrittenCount();
        output.Write("""{"entries":["""u8);
        for (var i = 0; i < items.Count; i++)
        {
            output.Write(i > 0 ? ","u8 : []);
            output.Write(items[i].Json);
        }

        output.Write(Encoding.UTF8.GetBytes($$"""],"id":"{{id}}","metadata":{"pubsubName":"{{subscription.PubSub}}"},"pubsubname":"{{subscription.PubSub}}","topic":"""));
        output.Write(GoJson.Text(subscription.Topic));
        output.Write(""","type":"com.dapr.event.sent.bulk"}"""u8);
        List<(string, string)> headers = [("Pubsubname", subscription.PubSub)];
        if (!subscription.Raw)
        {
            headers.Add(("Traceparent", resources.SamplingRate > 0 ? Trace.Of(null, null, resources.SamplingRate).Parent : Trace.Zero));
        }

        AppAnswer answer;
        try
        {
            answer = await app.CallAsync("POST", path, headers, output.WrittenMemory, "application/json", timeout);
        }
        catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException or IOException)
        {
            return (items, [], problem.Message);
        }

        // 404 acks everything, with no dead letter.
        return answer.Status == 404 ? ([], [], "") : !answer.Good ? (items, [], $"status {answer.Status}") : Read(answer.Body, items);
    }

    private static (List<Item> Again, List<Item> Dropped, string Why) Read(byte[] body, List<Item> items)
    {
        Dictionary<string, string> statuses = [];
        try
        {
            using var json = JsonDocument.Parse(body);
            foreach (var status in json.RootElement.GetProperty("statuses").EnumerateArray())
            {
                statuses[status.GetProperty("entryId").GetString() ?? ""] = status.GetProperty("status").GetString() ?? "";
            }
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return (items, [], problem.Message);
        }

        var dropped = items.FindAll(i => statuses.GetValueOrDefault(i.EntryId) == "DROP");
        return (items.FindAll(i => statuses.GetValueOrDefault(i.EntryId) is not ("SUCCESS" or "DROP")), dropped, "RETRY required while processing bulk subscribe event");
    }
}
