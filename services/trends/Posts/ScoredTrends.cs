using System.Text.Json;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;
using Moodstream.Trends.Actors;
using Moodstream.Trends.Mood;

namespace Moodstream.Trends.Posts;

/// <summary>
/// <see cref="Topics.Scored"/> to the topics' actors: one call per topic and batch. Idempotent by post id, which the
/// actors remember. A post is done with once each of its topics has counted it; what is no scored post would never
/// become one: it is counted, logged and done with.
/// </summary>
internal sealed class ScoredTrends(
    IActorClient actors, IOptions<TrendsOptions> options, TrendsMetrics metrics, ILogger<ScoredTrends> logger)
    : IBulkTopicHandler
{
    /// <summary>Topics of one post that are counted.</summary>
    public const int MaxTopicsPerPost = 32;

    private const int MaxCallsAtOnce = 16;

    private readonly int _maxTopics = options.Value.MaxTopics;
    private readonly HashSet<string> _followed = new(StringComparer.Ordinal);
    private int _failedCalls;

    /// <inheritdoc />
    public async Task<IReadOnlyList<EventOutcome>> HandleAsync(
        IReadOnlyList<IncomingEvent> events, CancellationToken cancellationToken)
    {
        var outcomes = new EventOutcome[events.Count];
        var batches = Sort(events);
        var failed = 0;
        string? firstError = null;
        await Parallel.ForEachAsync(
            batches,
            new ParallelOptions { MaxDegreeOfParallelism = MaxCallsAtOnce, CancellationToken = cancellationToken },
            async (batch, token) =>
            {
                if (await CallAsync(batch.Key, batch.Value, token) is not { } error)
                {
                    return;
                }

                Interlocked.Increment(ref failed);
                Interlocked.CompareExchange(ref firstError, error, null);
                foreach (var index in batch.Value.Events)
                {
                    outcomes[index] = EventOutcome.Retry;
                }
            });
        Say(failed, firstError);
        return outcomes;
    }

    /// <returns>Why the topic did not count the posts; null when it did.</returns>
    private async Task<string?> CallAsync(string id, TopicBatch batch, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new MoodBatch(batch.Topic, batch.Posts), TrendsJson.Wire.MoodBatch);
        try
        {
            await actors.CallAsync(new ActorAddress(TopicMood.Type, id), TopicMood.AddMethod, body, cancellationToken);
            return null;
        }
        catch (ActorCallException exception)
        {
            return exception.Message;
        }
    }

    private Dictionary<string, TopicBatch> Sort(IReadOnlyList<IncomingEvent> events)
    {
        var batches = new Dictionary<string, TopicBatch>(StringComparer.Ordinal);
        var unreadable = 0;
        string? firstError = null;
        for (var i = 0; i < events.Count; i++)
        {
            if (ScoredEntry.Read(events[i].Data, out var entry, out var topics) is { } error)
            {
                unreadable++;
                firstError ??= error;
                continue;
            }

            foreach (var topic in topics.Take(MaxTopicsPerPost))
            {
                if (TopicId.Of(topic) is not { } id || !Follows(id))
                {
                    metrics.LeftOut();
                    continue;
                }

                if (!batches.TryGetValue(id, out var batch))
                {
                    batch = batches[id] = new TopicBatch(topic, [], []);
                }

                batch.Posts.Add(entry);
                batch.Events.Add(i);
            }
        }

        if (firstError is not null)
        {
            metrics.Unreadable(unreadable);
            logger.EventsUnreadable(unreadable, events.Count, firstError);
        }

        return batches;
    }

    private bool Follows(string id)
    {
        if (_followed.Contains(id))
        {
            return true;
        }

        if (_followed.Count >= _maxTopics)
        {
            return false;
        }

        _followed.Add(id);
        if (_followed.Count == _maxTopics)
        {
            logger.TooManyTopics(_maxTopics);
        }

        return true;
    }

    // Once when it begins and once when it is over: a batch comes several times a second.
    private void Say(int failed, string? firstError)
    {
        if (failed > 0)
        {
            metrics.Failed(failed);
            if (_failedCalls == 0)
            {
                logger.TopicsAway(firstError!);
            }

            _failedCalls += failed;
        }
        else if (_failedCalls > 0)
        {
            logger.TopicsBack(_failedCalls);
            _failedCalls = 0;
        }
    }

    private sealed record TopicBatch(string Topic, List<MoodEntry> Posts, List<int> Events);
}
