using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.Sidecar.Publishing;

/// <summary>A publish whose events may go in several calls, each beside events of others.</summary>
internal sealed class PublishRequest
{
    private readonly PublishResult[] _results;
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left;

    /// <summary>Begins with the results of the events that cannot be sent; the others are settled one by one.</summary>
    public PublishRequest(IReadOnlyList<OutgoingEvent> events, long startedAt)
    {
        _results = [.. events.Select(e => new PublishResult(e.Id, null))];
        _left = events.Count;
        StartedAt = startedAt;
        if (_left == 0)
        {
            _settled.SetResult();
        }
    }

    /// <summary>Timestamp of its beginning.</summary>
    public long StartedAt { get; }

    /// <summary>Whether nobody waits for it any more; what was not sent need not be.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Notes what became of an event, once.</summary>
    public void Settle(int index, string? error)
    {
        _results[index] = _results[index] with { Error = error };
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _settled.TrySetResult();
        }
    }

    /// <summary>Waits until every event is settled.</summary>
    public async Task<PublishResult[]> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _settled.Task.WaitAsync(cancellationToken);
            return _results;
        }
        catch (OperationCanceledException)
        {
            IsAbandoned = true;
            throw;
        }
    }
}
