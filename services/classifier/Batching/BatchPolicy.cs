namespace Moodstream.Classifier.Batching;

/// <summary>
/// Which of the waiting posts make the next batch: the oldest, as many as fit. Nothing waits for a batch to fill;
/// it fills while the one before is computed.
/// </summary>
/// <param name="maxTokens">Most token ids in a batch.</param>
/// <param name="maxPosts">Most posts in a batch.</param>
internal sealed class BatchPolicy(int maxTokens, int maxPosts)
{
    /// <summary>More posts than this need not be looked at.</summary>
    public int MaxPosts => maxPosts;

    /// <summary>Counts the posts of the next batch.</summary>
    /// <param name="lengths">Token ids of each waiting post, oldest first.</param>
    /// <returns>At least 1 when any waits: a post over the limit goes alone rather than never.</returns>
    public int Take(ReadOnlySpan<int> lengths)
    {
        var tokens = 0;
        for (var posts = 0; posts < lengths.Length; posts++)
        {
            tokens += lengths[posts];
            if (posts > 0 && (posts >= MaxPosts || tokens > maxTokens))
            {
                return posts;
            }
        }

        return lengths.Length;
    }
}
