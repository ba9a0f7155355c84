using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;
using Moodstream.Text;

namespace Moodstream.Classifier.Posts;

/// <summary>
/// Publishes what became of a post. What the broker does not take is offered again until the delivery is to be answered;
/// then the post is to be delivered, and scored, again.
/// </summary>
internal sealed class ResultPublisher(
    IPublisher publisher,
    ClassifierMetrics metrics,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<ResultPublisher> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Publishes a mood to <see cref="Topics.Scored"/>.</summary>
    /// <param name="post">The post.</param>
    /// <param name="sentiment">Its mood.</param>
    /// <param name="model">The model that scored it, whose version is part of the event's id.</param>
    /// <param name="length">Extent of its encoded text.</param>
    /// <param name="cancellationToken">Ends the delivery; the event may or may not have been taken.</param>
    public async Task<EventOutcome> ScoredAsync(
        Post post, Sentiment sentiment, ModelVersion model, EncodedLength length, CancellationToken cancellationToken)
    {
        var scored = new ScoredPost
        {
            Post = post,
            Sentiment = sentiment,
            Model = model,
            Tokens = length.Tokens,
            Truncated = length.Truncated,
            ScoredAt = time.GetUtcNow(),
        };
        var id = $"{post.Id}@{model.Version}";
        var outcome = await PublishAsync(
            Topics.Scored, id, scored, ContractsJson.Wire.ScoredPost, cancellationToken);
        if (outcome is EventOutcome.Processed)
        {
            metrics.Scored();
        }

        return outcome;
    }

    /// <summary>Publishes a rejection to <see cref="Topics.Rejected"/>.</summary>
    /// <param name="id">Id of the event, by which the post is settled.</param>
    /// <param name="reason">Why it can never be scored.</param>
    /// <param name="detail">What was expected and what came.</param>
    /// <param name="post">The post, where it could be read.</param>
    /// <param name="raw">The event's bytes, where it could not.</param>
    /// <param name="cancellationToken">Ends the delivery; the event may or may not have been taken.</param>
    public async Task<EventOutcome> RejectedAsync(
        string id, RejectReason reason, string detail, Post? post, byte[]? raw, CancellationToken cancellationToken)
    {
        var rejected = new RejectedPost
        {
            Id = id,
            Post = post,
            Raw = raw,
            Reason = reason,
            Detail = detail,
            RejectedAt = time.GetUtcNow(),
        };
        var outcome = await PublishAsync(
            Topics.Rejected, id, rejected, ContractsJson.Wire.RejectedPost, cancellationToken);
        if (outcome is EventOutcome.Processed)
        {
            metrics.Rejected(reason);
            logger.Rejected(id, reason, detail);
        }

        return outcome;
    }

    private async Task<EventOutcome> PublishAsync<T>(
        string topic, string id, T message, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var published = new OutgoingEvent(id, JsonSerializer.SerializeToUtf8Bytes(message, type));
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var results = await publisher.PublishAsync(topic, [published], cancellationToken);
            if (results[0].Error is not { } error)
            {
                return EventOutcome.Processed;
            }

            if (pause == FirstPause)
            {
                metrics.PublishRefused(topic);
                logger.PublishRefused(topic, id, error);
            }

            if (!await TryPauseAsync(pause, cancellationToken))
            {
                return EventOutcome.Retry;
            }
        }
    }

    // An answer at once would bring the post back at once, to be scored again for nothing. False when the program stops:
    // its sidecar may be on its way out as well, and take nothing more.
    private async Task<bool> TryPauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            await Task.Delay(pause, time, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
