using Moodstream.Contracts;
using Moodstream.Text;

namespace Moodstream.Classifier.Batching;

/// <summary>A post that waits for the model.</summary>
internal sealed class PendingPost(
    int[] tokenIds, bool truncated, long enqueuedAt, CancellationToken abandoned)
{
    private readonly TaskCompletionSource<PostScore> _score = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int[] TokenIds => tokenIds;

    public long EnqueuedAt => enqueuedAt;

    /// <summary>Whether whoever asked has left, so that the model need not bother.</summary>
    public bool IsAbandoned => abandoned.IsCancellationRequested;

    public Task<PostScore> Score => _score.Task;

    public void Scored(Sentiment sentiment, ModelVersion model) => Complete(sentiment, model, refusal: null);

    public void Refused(string refusal) => Complete(sentiment: null, model: null, refusal);

    public void Postponed() => Complete(sentiment: null, model: null, refusal: null);

    private void Complete(Sentiment? sentiment, ModelVersion? model, string? refusal) =>
        _score.TrySetResult(new PostScore(sentiment, model, refusal, new EncodedLength(tokenIds.Length, truncated)));
}
