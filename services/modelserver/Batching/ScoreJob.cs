namespace Moodstream.ModelServer.Batching;

/// <summary>The sequences of one request on their way through the model; a large one goes in several batches.</summary>
internal sealed class ScoreJob(TokenSequences sequences, int classes, long enqueuedAt, CancellationToken abandoned)
{
    private readonly TaskCompletionSource _scored = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = sequences.Count;

    public TokenSequences Sequences => sequences;

    /// <summary>[B, C] row-major; written by the model's threads until <see cref="Scored"/>.</summary>
    public float[] LogitsBC { get; } = new float[sequences.Count * classes];

    public long EnqueuedAt => enqueuedAt;

    /// <summary>Whether whoever asked has left, so that the model need not bother.</summary>
    public bool IsAbandoned => abandoned.IsCancellationRequested;

    /// <summary>Ends when every sequence has its logits, or with why there are none.</summary>
    public Task Scored => _scored.Task;

    public void Completed(int count)
    {
        if (Interlocked.Add(ref _left, -count) == 0)
        {
            _scored.TrySetResult();
        }
    }

    public void Failed(Exception exception) => _scored.TrySetException(exception);

    public void Abandoned() => _scored.TrySetCanceled(abandoned);
}
