using Moodstream.Classifier.Inference;
using Moodstream.Contracts;

namespace Moodstream.Classifier.Batching;

/// <summary>
/// Takes a batch to the end, whatever the model does: every post is scored, refused, or left to a later delivery. One
/// batch at a time.
/// </summary>
/// <remarks>
/// A refusal is halved down to the post to blame, which is believed only when the control post has been scored and the
/// post is refused again; so is a batch too large to be taken. Anything else is trouble: the control post alone is
/// tried until it is scored, then the batch again; what fails even so is halved likewise, so that a post the model
/// fails on holds up no other, and is postponed.
/// </remarks>
internal sealed class BatchRunner(
    ModelCaller caller,
    ModelWatch watch,
    SentimentReader reader,
    TimeProvider time,
    ClassifierMetrics metrics,
    ILogger logger)
{
    private static readonly TimeSpan SaidAgainAfter = TimeSpan.FromMinutes(1);

    private int[] _tokenIds = [];
    private int[] _lengths = [];
    private float[] _probabilities = [];
    private long? _saidPostponed;

    /// <summary>Completes every post of a batch.</summary>
    /// <param name="posts">At least one.</param>
    /// <param name="cancellationToken">Gives up; posts without an answer stay without.</param>
    public async Task RunAsync(ReadOnlyMemory<PendingPost> posts, CancellationToken cancellationToken)
    {
        var outcome = await CallAsync(posts, cancellationToken);
        if (outcome.IsTooLarge && posts.Length > 1)
        {
            // A server that has too much to do says so with the same code; halves would be more for it to do.
            await watch.WaitAsync(cancellationToken);
        }

        var halvingMayHelp = posts.Length > 1 && (outcome.Refusal is not null || outcome.IsTooLarge);
        if (outcome.Model is null && !halvingMayHelp)
        {
            await watch.WaitAsync(cancellationToken);
            outcome = await CallAsync(posts, cancellationToken);
        }

        if (outcome.Model is { } model)
        {
            Complete(posts.Span, model);
        }
        else if (posts.Length > 1)
        {
            var half = posts.Length / 2;
            await RunAsync(posts[..half], cancellationToken);
            await RunAsync(posts[half..], cancellationToken);
        }
        else if (outcome.Refusal is { } refusal)
        {
            posts.Span[0].Refused(refusal);
        }
        else
        {
            Postpone(posts.Span[0], outcome.Trouble!); // neither scored nor refused
        }
    }

    private void Postpone(PendingPost post, Exception trouble)
    {
        metrics.Postponed();
        if (_saidPostponed is not { } said || time.GetElapsedTime(said) >= SaidAgainAfter)
        {
            _saidPostponed = time.GetTimestamp();
            logger.PostPostponed(trouble.Message, trouble is InferenceException ? null : trouble);
        }

        post.Postponed();
    }

    private Task<CallOutcome> CallAsync(ReadOnlyMemory<PendingPost> posts, CancellationToken cancellationToken) =>
        caller.CallAsync(LayOut(posts.Span), cancellationToken);

    private InferenceBatch LayOut(ReadOnlySpan<PendingPost> posts)
    {
        var tokens = 0;
        foreach (var post in posts)
        {
            tokens += post.TokenIds.Length;
        }

        Grow(ref _tokenIds, tokens);
        Grow(ref _lengths, posts.Length);
        Grow(ref _probabilities, posts.Length * MoodColumns.Count);
        var end = 0;
        for (var i = 0; i < posts.Length; i++)
        {
            var tokenIds = posts[i].TokenIds;
            tokenIds.CopyTo(_tokenIds, end);
            _lengths[i] = tokenIds.Length;
            end += tokenIds.Length;
        }

        return new InferenceBatch(
            _tokenIds.AsMemory(0, tokens),
            _lengths.AsMemory(0, posts.Length),
            _probabilities.AsMemory(0, posts.Length * MoodColumns.Count));
    }

    private static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new T[length];
        }
    }

    private void Complete(ReadOnlySpan<PendingPost> posts, ModelVersion model)
    {
        for (var i = 0; i < posts.Length; i++)
        {
            var row = _probabilities.AsSpan(i * MoodColumns.Count, MoodColumns.Count);
            posts[i].Scored(reader.Read(row), model);
        }
    }
}
