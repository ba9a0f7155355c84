namespace Moodstream.Classifier.Batching;

/// <summary>
/// Which of the waiting posts make the next batch: the oldest, as many as fit. A model that has nothing to do takes what
/// there is; behind a batch under way the next one fills up first, if it does so soon.
/// </summary>
/// <param name="maxTokens">Most token ids in a batch.</param>
/// <param name="maxPosts">Most posts in a batch.</param>
internal sealed class BatchPolicy(int maxTokens, int maxPosts)
{
    /// <summary>Longest that a post waits for others while another batch is under way.</summary>
    public static readonly TimeSpan MaxLinger = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Whether a batch takes one more post. An empty one does: a post over the limit goes alone rather than never.
    /// </summary>
    /// <param name="posts">Posts in the batch.</param>
    /// <param name="tokens">Their token ids.</param>
    /// <param name="length">Token ids of the next post.</param>
    public bool Takes(int posts, int tokens, int length) =>
        posts == 0 || (posts < maxPosts && tokens + length <= maxTokens);

    /// <summary>Whether waiting posts are as many as a batch takes.</summary>
    /// <param name="posts">Posts that wait.</param>
    /// <param name="tokens">Their token ids.</param>
    public bool Fills(int posts, int tokens) => posts >= maxPosts || tokens >= maxTokens;
}
