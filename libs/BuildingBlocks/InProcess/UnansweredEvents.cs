namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>
/// Counts the unanswered events of all subscriptions. A handler publishes before it answers, so the count cannot
/// touch zero while an event still causes others.
/// </summary>
internal sealed class UnansweredEvents
{
    private readonly TaskCompletionSource _none = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _awaited;
    private long _count;

    public void Add() => Interlocked.Increment(ref _count);

    public void Remove()
    {
        if (Interlocked.Decrement(ref _count) == 0 && _awaited)
        {
            _none.TrySetResult();
        }
    }

    /// <summary>Completes once there is none; called when nobody but handlers publishes any more.</summary>
    public Task WhenNone()
    {
        _awaited = true;

        // Add is a full fence, as is the Decrement in Remove: of the two, at least one sees what the other wrote.
        if (Interlocked.Add(ref _count, 0) == 0)
        {
            _none.TrySetResult();
        }

        return _none.Task;
    }
}
