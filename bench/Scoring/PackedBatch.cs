namespace Moodstream.Bench.Scoring;

/// <summary>Posts laid end to end, as the engine takes them.</summary>
/// <param name="Ids">Token ids of all posts.</param>
/// <param name="Lengths">Ids of each post.</param>
internal sealed record PackedBatch(int[] Ids, int[] Lengths)
{
    /// <summary>Packs posts in the order given, each batch as full as both limits let it be.</summary>
    /// <param name="posts">Token ids of each post; none longer than <paramref name="maxTokens"/>.</param>
    /// <param name="maxPosts">Most posts in a batch.</param>
    /// <param name="maxTokens">Most ids in a batch.</param>
    public static IReadOnlyList<PackedBatch> Pack(IReadOnlyList<int[]> posts, int maxPosts, int maxTokens)
    {
        var batches = new List<PackedBatch>();
        for (var start = 0; start < posts.Count;)
        {
            var (end, tokens) = (start, 0);
            while (end < posts.Count && end - start < maxPosts && tokens + posts[end].Length <= maxTokens)
            {
                tokens += posts[end++].Length;
            }

            if (end == start)
            {
                throw new ArgumentException(
                    $"post {start} has {posts[start].Length} ids, more than {maxTokens}", nameof(posts));
            }

            var batch = posts.Skip(start).Take(end - start).ToArray();
            batches.Add(new PackedBatch([.. batch.SelectMany(p => p)], [.. batch.Select(p => p.Length)]));
            start = end;
        }

        return batches;
    }
}
