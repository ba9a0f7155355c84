using Microsoft.Extensions.Logging;

namespace Moodstream.Sidecar.Publishing;

/// <summary>
/// The events on their way to one topic. What is published while calls are under way goes together in the next: a call
/// with 100 events costs the sidecar a third of 100 calls (Dapr's contract, 11.1), and publishers of one event at a
/// time need not know.
/// </summary>
internal sealed class PublishLane(
    string topic, PublishCalls calls, SidecarOptions options, TimeProvider time, ILogger logger)
{
    // While one call is at the broker the next is made ready.
    private const int MostCalls = 2;

    private readonly Lock _lock = new();
    private readonly Queue<PublishEntry> _waiting = new();
    private int _calling;
    private int _lastId;

    /// <summary>An id that no entry on its way has.</summary>
    public int NextId() => Interlocked.Increment(ref _lastId) & int.MaxValue;

    /// <summary>Sends entries, soon; each is settled whatever happens.</summary>
    public void Add(IReadOnlyList<PublishEntry> entries)
    {
        int starting;
        lock (_lock)
        {
            foreach (var entry in entries)
            {
                _waiting.Enqueue(entry);
            }

            // One more as long as there is a call's worth for it.
            var worth = (_waiting.Count + options.MaxPublishEvents - 1) / options.MaxPublishEvents;
            starting = Math.Min(MostCalls - _calling, worth);
            _calling += starting;
        }

        // The calls carry events of many publishers, and the trace of none: each event has its own.
        for (; starting > 0; starting--)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static lane => _ = lane.SendAsync(), this, preferLocal: false);
        }
    }

    private async Task SendAsync()
    {
        while (Take() is { Count: > 0 } entries)
        {
            try
            {
                await calls.SendAsync(topic, entries);
            }
            catch (Exception exception)
            {
                logger.PublishFailed(exception, topic);
                foreach (var entry in entries)
                {
                    entry.Error = exception.Message;
                }
            }

            foreach (var entry in entries)
            {
                entry.Settle();
            }
        }
    }

    // The entries of one call. None are left when it is empty, and its caller is one fewer.
    private List<PublishEntry> Take()
    {
        var entries = new List<PublishEntry>();
        var bytes = 0;
        lock (_lock)
        {
            while (_waiting.TryPeek(out var next))
            {
                if (IsTooLate(next))
                {
                    _waiting.Dequeue().Settle();
                    continue;
                }

                if (entries.Count == options.MaxPublishEvents || bytes + next.Bytes > options.MaxPublishBytes)
                {
                    break;
                }

                entries.Add(_waiting.Dequeue());
                bytes += next.Bytes;
            }

            _calling -= entries.Count == 0 ? 1 : 0;
        }

        return entries;
    }

    // A sidecar that lets the time of one call pass would do so with the next.
    private bool IsTooLate(PublishEntry entry)
    {
        if (!entry.Owner.IsAbandoned && time.GetElapsedTime(entry.Owner.StartedAt) < options.PublishTimeout)
        {
            return false;
        }

        entry.Error = "not sent: the sidecar did not answer the calls before";
        return true;
    }
}
