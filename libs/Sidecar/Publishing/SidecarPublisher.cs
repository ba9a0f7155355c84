using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Sidecar.Calls;

namespace Moodstream.Sidecar.Publishing;

/// <summary>Publishes over the sidecar's HTTP API, in bulk: gRPC does not say which entries failed.</summary>
/// <remarks>
/// <para>The order of events is not kept: the sidecar publishes up to 100 of a call at once (Dapr's contract, 1.3).</para>
/// <para>
/// Data goes through the sidecar's JSON: members are sorted, numbers are doubles, so an id of 64 bits must be a string.
/// </para>
/// </remarks>
internal sealed class SidecarPublisher(
    SidecarClient client,
    SidecarWatch watch,
    SidecarApp app,
    IOptions<SidecarOptions> options,
    SidecarMetrics metrics,
    TimeProvider time,
    ILogger<SidecarPublisher> logger) : IPublisher
{
    private const int EnvelopeBytes = 512;

    private readonly SidecarOptions _options = options.Value;
    private readonly CloudEventWriter _writer = new(app.Id);
    private readonly PublishCalls _calls = new(client, options.Value, time);

    // Topics are those of the deployment.
    private readonly ConcurrentDictionary<string, PublishLane> _lanes = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public async Task<IReadOnlyList<PublishResult>> PublishAsync(
        string topic, IReadOnlyList<OutgoingEvent> events, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        cancellationToken.ThrowIfCancellationRequested();
        await watch.WaitAsync(cancellationToken);

        var lane = _lanes.GetOrAdd(topic, name => new PublishLane(name, _calls, _options, time, logger));
        var request = new PublishRequest(events, time.GetTimestamp());
        lane.Add(Write(topic, events, request, lane));
        var results = await request.WaitAsync(cancellationToken);
        metrics.Published(topic, results);
        return results;
    }

    /// <summary>Writes the events; settles what cannot be sent at all.</summary>
    private List<PublishEntry> Write(
        string topic, IReadOnlyList<OutgoingEvent> events, PublishRequest request, PublishLane lane)
    {
        var entries = new List<PublishEntry>(events.Count);
        var at = time.GetUtcNow();
        for (var i = 0; i < events.Count; i++)
        {
            // A copy: the publisher's buffer is its own again as soon as it no longer waits.
            var json = new ArrayBufferWriter<byte>(events[i].Data.Length + EnvelopeBytes);
            var id = lane.NextId();
            var error = _writer.TryWrite(json, id, topic, events[i], at);
            var entry = new PublishEntry(request, i, id, json.WrittenMemory) { Error = error };
            if (error is null && entry.Bytes > _options.MaxPublishBytes)
            {
                entry.Error =
                    $"an event takes at most {_options.MaxPublishBytes} bytes with its envelope, not {entry.Bytes}";
            }

            if (entry.Error is null)
            {
                entries.Add(entry);
            }
            else
            {
                entry.Settle();
            }
        }

        return entries;
    }
}
