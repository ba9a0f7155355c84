namespace Moodstream.Classifier.Batching;

/// <summary>
/// Which of the waiting posts make the next batch: the oldest, as many as fit. Nothing waits for a batch to fill;
/// it fills while the one before is computed.
/// </summary>
/// <param name="maxTokens">Most token ids in a batch.</param>
/// <param name="maxPosts">Most posts in a batch.</param>
internal sealed class BatchPolicy(int maxTokens, int maxPosts)
{
    /// <summary>
    /// Whether a batch takes one more post. An empty one does: a post over the limit goes alone rather than never.
    /// </summary>
    /// <param name="posts">Posts in the batch.</param>
    /// <param name="tokens">Their token ids.</param>
    /// <param name="length">Token ids of the next post.</param>
    public bool Takes(int posts, int tokens, int length) =>
        posts == 0 || (posts < maxPosts && tokens + length <= maxTokens);
}
