using Moodstream.Classifier.Inference;

namespace Moodstream.Classifier.Batching;

/// <summary>
/// Takes a batch to the end, whatever the model does: every post is scored, refused, or left to a later delivery.
/// </summary>
/// <remarks>
/// A refusal is halved down to the post to blame, and believed only while the control post is scored. Anything else
/// is trouble: the control post alone is tried, with back-off, until it is scored; then the batch again; what fails
/// even so is halved likewise, so that a post the model fails on holds up no other, and is postponed.
/// </remarks>
internal sealed class BatchRunner
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SaidAgainAfter = TimeSpan.FromMinutes(1);

    private readonly ScoringModel _model;
    private readonly SentimentReader _reader;
    private readonly TimeProvider _time;
    private readonly ClassifierMetrics _metrics;
    private readonly ILogger _logger;
    private readonly PendingPost[] _control;

    // Used by one batch at a time.
    private int[] _tokenIds = [];
    private int[] _lengths = [];
    private float[] _probabilities = [];
    private Exception? _failure;
    private long? _saidPostponed;
    private volatile bool _inTrouble;

    public BatchRunner(
        ScoringModel model, SentimentReader reader, TimeProvider time, ClassifierMetrics metrics, ILogger logger)
    {
        _model = model;
        _reader = reader;
        _time = time;
        _metrics = metrics;
        _logger = logger;

        var tokenIds = new int[model.MaxTokens];
        var length = model.Encode("good morning", tokenIds);
        _control = [new PendingPost(tokenIds[..length.Tokens], length.Truncated, 0, CancellationToken.None)];
    }

    private enum Outcome
    {
        Scored,
        Refused,
        Trouble,
    }

    /// <summary>Whether posts wait because the model does not answer.</summary>
    public bool IsInTrouble => _inTrouble;

    /// <summary>Completes every post of a batch.</summary>
    /// <param name="posts">At least one.</param>
    /// <param name="cancellationToken">Gives up; posts without an answer stay without.</param>
    public async Task RunAsync(ReadOnlyMemory<PendingPost> posts, CancellationToken cancellationToken)
    {
        var (outcome, refusal) = await InferAsync(posts, cancellationToken);
        if (outcome is Outcome.Trouble)
        {
            await WaitForModelAsync(cancellationToken);
            (outcome, refusal) = await InferAsync(posts, cancellationToken);
        }

        if (outcome is Outcome.Scored)
        {
            Complete(posts.Span);
        }
        else if (posts.Length > 1)
        {
            var half = posts.Length / 2;
            await RunAsync(posts[..half], cancellationToken);
            await RunAsync(posts[half..], cancellationToken);
        }
        else if (outcome is Outcome.Trouble)
        {
            Postpone(posts.Span[0]);
        }
        else
        {
            await RefuseAsync(posts, refusal!, cancellationToken); // a refusal says why
        }
    }

    private async Task RefuseAsync(
        ReadOnlyMemory<PendingPost> post, string refusal, CancellationToken cancellationToken)
    {
        if (await ControlIsScoredAsync(cancellationToken))
        {
            post.Span[0].Refused(refusal);
            return;
        }

        await WaitForModelAsync(cancellationToken);
        await RunAsync(post, cancellationToken);
    }

    private async Task WaitForModelAsync(CancellationToken cancellationToken)
    {
        if (await ControlIsScoredAsync(cancellationToken))
        {
            return;
        }

        var since = _time.GetTimestamp();
        _inTrouble = true;
        _logger.ModelInTrouble(_failure);
        var backOff = FirstBackOff;
        do
        {
            await Task.Delay(backOff, _time, cancellationToken);
            backOff = backOff * 2 < LongestBackOff ? backOff * 2 : LongestBackOff;
        }
        while (!await ControlIsScoredAsync(cancellationToken));

        _inTrouble = false;
        var duration = _time.GetElapsedTime(since);
        _logger.ModelRecovered(duration);
    }

    private async Task<bool> ControlIsScoredAsync(CancellationToken cancellationToken) =>
        (await InferAsync(_control, cancellationToken)).Outcome is Outcome.Scored;

    private void Postpone(PendingPost post)
    {
        _metrics.Postponed();
        if (_saidPostponed is not { } said || _time.GetElapsedTime(said) >= SaidAgainAfter)
        {
            _saidPostponed = _time.GetTimestamp();
            _logger.PostPostponed(_failure);
        }

        post.Postponed();
    }

    private async Task<(Outcome Outcome, string? Refusal)> InferAsync(
        ReadOnlyMemory<PendingPost> posts, CancellationToken cancellationToken)
    {
        var batch = LayOut(posts.Span);
        var started = _time.GetTimestamp();
        try
        {
            var answer = await _model.Inference.InferAsync(batch, cancellationToken);
            _metrics.Batch(_time.GetElapsedTime(started), batch.TokenIds.Length);
            return (answer.Refusal is null ? Outcome.Scored : Outcome.Refused, answer.Refusal);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            _metrics.InferenceFailed();
            _failure = exception;
            return (Outcome.Trouble, null);
        }
    }

    private InferenceBatch LayOut(ReadOnlySpan<PendingPost> posts)
    {
        var tokens = 0;
        foreach (var post in posts)
        {
            tokens += post.TokenIds.Length;
        }

        Grow(ref _tokenIds, tokens);
        Grow(ref _lengths, posts.Length);
        Grow(ref _probabilities, posts.Length * SentimentReader.Columns);
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
            _probabilities.AsMemory(0, posts.Length * SentimentReader.Columns));
    }

    private static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new T[length];
        }
    }

    private void Complete(ReadOnlySpan<PendingPost> posts)
    {
        for (var i = 0; i < posts.Length; i++)
        {
            posts[i].Scored(_reader.Read(_probabilities.AsSpan(i * SentimentReader.Columns, SentimentReader.Columns)));
        }
    }
}
