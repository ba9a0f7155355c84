using System.Threading.Channels;

namespace Moodstream.Classifier.Batching;

/// <summary>Gathers posts, and makes of them a batch whenever somebody is free to run one.</summary>
/// <param name="policy">Which of the waiting posts make a batch.</param>
/// <param name="capacity">Most posts that wait here; more wait outside.</param>
/// <param name="time">For how long posts wait.</param>
internal sealed class BatchQueue(BatchPolicy policy, int capacity, TimeProvider time)
{
    private readonly Channel<PendingPost> _waiting =
        Channel.CreateBounded<PendingPost>(new BoundedChannelOptions(capacity));

    private readonly Lock _lock = new();
    private TaskCompletionSource? _changed; // Of those who wait for a batch to fill, or for the one under way.
    private int _tokens; // Of the posts that wait.
    private int _underWay;

    /// <summary>Posts that wait.</summary>
    public int Count => _waiting.Reader.Count;

    /// <summary>The post that is next; null when none waits.</summary>
    public PendingPost? Oldest => _waiting.Reader.TryPeek(out var oldest) ? oldest : null;

    /// <summary>Adds a post, as soon as there is room.</summary>
    public async ValueTask AddAsync(PendingPost post, CancellationToken cancellationToken)
    {
        await _waiting.Writer.WriteAsync(post, cancellationToken);
        if (policy.Fills(Count, Interlocked.Add(ref _tokens, post.TokenIds.Length)))
        {
            Change();
        }
    }

    /// <summary>
    /// Takes the next batch: at once while none is under way, else when it is full or its first post has waited for
    /// long. Several may wait for one.
    /// </summary>
    /// <returns>At least one post; call <see cref="Done"/> when they have been run.</returns>
    public async Task<PendingPost[]> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _waiting.Reader.WaitToReadAsync(cancellationToken);
            Task changed;
            TimeSpan patience;
            lock (_lock)
            {
                patience = Patience();
                if (patience <= TimeSpan.Zero)
                {
                    if (Take() is { Length: > 0 } batch)
                    {
                        _underWay++;
                        return batch;
                    }

                    continue;
                }

                _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                changed = _changed.Task;
            }

            await changed.WaitAsync(patience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>A batch has been run.</summary>
    public void Done()
    {
        lock (_lock)
        {
            _underWay--;
        }

        Change();
    }

    // How long the posts that wait are to wait for more; nothing: no longer, or there are none.
    private TimeSpan Patience() =>
        _underWay > 0 && Oldest is { } oldest && !policy.Fills(Count, Volatile.Read(ref _tokens))
            ? BatchPolicy.MaxLinger - time.GetElapsedTime(oldest.EnqueuedAt)
            : TimeSpan.Zero;

    private void Change()
    {
        lock (_lock)
        {
            _changed?.TrySetResult();
            _changed = null;
        }
    }

    // What is looked at is what is taken: the lock is held.
    private PendingPost[] Take()
    {
        var batch = new List<PendingPost>();
        var tokens = 0;
        while (_waiting.Reader.TryPeek(out var next) && policy.Takes(batch.Count, tokens, next.TokenIds.Length))
        {
            _waiting.Reader.TryRead(out _);
            Interlocked.Add(ref _tokens, -next.TokenIds.Length);
            if (!next.IsAbandoned)
            {
                batch.Add(next);
                tokens += next.TokenIds.Length;
            }
        }

        return [.. batch];
    }
}
