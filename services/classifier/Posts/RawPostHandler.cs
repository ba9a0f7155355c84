using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Classifier.Batching;
using Moodstream.Contracts;

namespace Moodstream.Classifier.Posts;

/// <summary>
/// One post from <c>tweets.raw</c> to <c>tweets.scored</c> or <c>tweets.rejected</c>. The result is published before
/// the delivery is answered, so a post is never in neither place.
/// </summary>
/// <remarks>
/// Remembers no ids: a post that comes again is scored again, by the same model to the same bits, and published under
/// the same id, by which sinks drop repeats.
/// </remarks>
internal sealed class RawPostHandler(ScoringService scoring, ResultPublisher results, TimeProvider time)
    : ITopicHandler
{
    private const int MostRawBytes = 64 * 1024;

    // A post the model fails on costs one of the deliveries under way for this long, and not the model twice a second.
    private static readonly TimeSpan PostponedFor = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    public async Task<EventOutcome> HandleAsync(IncomingEvent delivered, CancellationToken cancellationToken)
    {
        if (!RawPost.TryRead(delivered, out var post, out var error))
        {
            var raw = delivered.Data[..Math.Min(delivered.Data.Length, MostRawBytes)].ToArray();
            return await results.RejectedAsync(
                delivered.Id, RejectReason.Malformed, error, post: null, raw, cancellationToken);
        }

        var score = await scoring.ScoreAsync(post.Text, cancellationToken);
        if (score is { Sentiment: { } sentiment, Model: { } model })
        {
            return await results.ScoredAsync(post, sentiment, model, score.Length, cancellationToken);
        }

        if (score.Refusal is { } refusal)
        {
            return await results.RejectedAsync(
                post.Id, RejectReason.Refused, refusal, post, raw: null, cancellationToken);
        }

        await Task.Delay(PostponedFor, time, cancellationToken);
        return EventOutcome.Retry;
    }
}
