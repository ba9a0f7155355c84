using System.Threading.Channels;

namespace Moodstream.Classifier.Batching;

/// <summary>Gathers posts, and makes of them a batch whenever somebody is free to run one.</summary>
/// <param name="policy">Which of the waiting posts make a batch.</param>
/// <param name="capacity">Most posts that wait here; more wait outside.</param>
internal sealed class BatchQueue(BatchPolicy policy, int capacity)
{
    private readonly Channel<PendingPost> _waiting =
        Channel.CreateBounded<PendingPost>(new BoundedChannelOptions(capacity));

    private readonly Lock _lock = new();

    /// <summary>Posts that wait.</summary>
    public int Count => _waiting.Reader.Count;

    /// <summary>The post that is next; null when none waits.</summary>
    public PendingPost? Oldest => _waiting.Reader.TryPeek(out var oldest) ? oldest : null;

    /// <summary>Adds a post, as soon as there is room.</summary>
    public ValueTask AddAsync(PendingPost post, CancellationToken cancellationToken) =>
        _waiting.Writer.WriteAsync(post, cancellationToken);

    /// <summary>Takes the next batch, as soon as there is a post. Several may wait for one.</summary>
    /// <returns>At least one post.</returns>
    public async Task<PendingPost[]> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _waiting.Reader.WaitToReadAsync(cancellationToken);
            if (Take() is { Length: > 0 } batch)
            {
                return batch;
            }
        }
    }

    private PendingPost[] Take()
    {
        // What is looked at is what is taken.
        lock (_lock)
        {
            var batch = new List<PendingPost>();
            var tokens = 0;
            while (_waiting.Reader.TryPeek(out var next) && policy.Takes(batch.Count, tokens, next.TokenIds.Length))
            {
                _waiting.Reader.TryRead(out _);
                if (!next.IsAbandoned)
                {
                    batch.Add(next);
                    tokens += next.TokenIds.Length;
                }
            }

            return [.. batch];
        }
    }
}
