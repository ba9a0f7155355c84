using System.Buffers;
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
    TimeProvider time) : IPublisher
{
    private readonly SidecarOptions _options = options.Value;
    private readonly CloudEventWriter _writer = new(app.Id);

    /// <inheritdoc />
    public async Task<IReadOnlyList<PublishResult>> PublishAsync(
        string topic, IReadOnlyList<OutgoingEvent> events, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        cancellationToken.ThrowIfCancellationRequested();
        await watch.WaitAsync(cancellationToken);

        var results = new PublishResult[events.Count];
        var call = new PublishCall(client, _options, time, topic, results);
        foreach (var entries in Calls(topic, events, results))
        {
            if (call.GotNoAnswer)
            {
                foreach (var entry in entries)
                {
                    results[entry.Index] = results[entry.Index] with
                    {
                        Error = "not sent: the sidecar did not answer the call before",
                    };
                }
            }
            else
            {
                await call.SendAsync(entries, cancellationToken);
            }
        }

        metrics.Published(topic, results);
        return results;
    }

    /// <summary>Writes the events and splits them by count and bytes; notes what cannot be sent at all.</summary>
    private IEnumerable<List<PublishEntry>> Calls(
        string topic, IReadOnlyList<OutgoingEvent> events, PublishResult[] results)
    {
        var entries = new List<PublishEntry>();
        var bytes = 0L;
        for (var i = 0; i < events.Count; i++)
        {
            var json = new ArrayBufferWriter<byte>(events[i].Data.Length + 512);
            var error = _writer.TryWrite(json, i, topic, events[i], time.GetUtcNow());
            var size = json.WrittenCount + 2; // With its comma, or the brackets around one.
            if (error is null && size > _options.MaxPublishBytes)
            {
                error = $"an event takes at most {_options.MaxPublishBytes} bytes with its envelope, not {size}";
            }

            results[i] = new PublishResult(events[i].Id, error);
            if (error is not null)
            {
                continue;
            }

            if (entries.Count == _options.MaxPublishEvents || bytes + size > _options.MaxPublishBytes)
            {
                yield return entries;
                entries = [];
                bytes = 0;
            }

            entries.Add(new PublishEntry(i, json.WrittenMemory));
            bytes += size;
        }

        if (entries.Count > 0)
        {
            yield return entries;
        }
    }
}
