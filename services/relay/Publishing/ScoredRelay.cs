using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;
using Moodstream.Redis;

namespace Moodstream.Relay.Publishing;

/// <summary>
/// <see cref="Topics.Scored"/> to a classic Redis channel, each event as it came. Idempotent by post id while the id is
/// remembered; at least once: a batch whose answer was lost is published again. What is no scored post would never
/// become one: it is counted, logged and done with.
/// </summary>
internal sealed class ScoredRelay(
    RedisClient redis, IOptions<RelayOptions> options, RelayMetrics metrics, ILogger<ScoredRelay> logger)
    : IBulkTopicHandler
{
    private readonly string _channel = options.Value.Channel;
    private readonly SourceFilters _published = new(options.Value.RememberedIds);
    private int _failedCalls;

    public async Task<IReadOnlyList<EventOutcome>> HandleAsync(
        IReadOnlyList<IncomingEvent> events, CancellationToken cancellationToken)
    {
        // By event, the post that is to be published because of it; of a post that came twice, the second waits for the
        // outcome of the first.
        var waiting = new ScoredPostId?[events.Count];
        var fresh = new OrderedDictionary<ScoredPostId, ReadOnlyMemory<byte>>();
        Sort(events, waiting, fresh);
        var done = fresh.Count == 0 || await TryPublishAsync(fresh, cancellationToken);
        return [.. waiting.Select(w => w is null || done ? EventOutcome.Processed : EventOutcome.Retry)];
    }

    private void Sort(
        IReadOnlyList<IncomingEvent> events,
        ScoredPostId?[] waiting,
        OrderedDictionary<ScoredPostId, ReadOnlyMemory<byte>> fresh)
    {
        var (unreadable, repeats) = (0, 0);
        string? firstError = null;
        for (var i = 0; i < events.Count; i++)
        {
            if (ScoredPostId.Read(events[i].Data, out var id) is { } error)
            {
                unreadable++;
                firstError ??= error;
            }
            else if (_published.Of(id.Source).Contains(id.Id))
            {
                repeats++;
            }
            else
            {
                waiting[i] = id;
                repeats += fresh.TryAdd(id, events[i].Data) ? 0 : 1;
            }
        }

        metrics.Repeats(repeats);
        if (firstError is not null)
        {
            metrics.Unreadable(unreadable);
            logger.EventsUnreadable(unreadable, events.Count, firstError);
        }
    }

    private async Task<bool> TryPublishAsync(
        OrderedDictionary<ScoredPostId, ReadOnlyMemory<byte>> posts, CancellationToken cancellationToken)
    {
        try
        {
            var receivers = await redis.PublishAsync(_channel, [.. posts.Values], cancellationToken);
            metrics.Published(posts.Count, receivers[^1]);
        }
        catch (RedisException exception)
        {
            metrics.Failed();
            if (_failedCalls++ == 0)
            {
                logger.RedisAway(exception.Failure, exception.Message);
            }

            return false;
        }

        foreach (var id in posts.Keys)
        {
            _published.Of(id.Source).TryAdd(id.Id);
        }

        if (_failedCalls > 0)
        {
            logger.RedisBack(_failedCalls);
            _failedCalls = 0;
        }

        return true;
    }
}
