namespace Moodstream.Tests.Support;

/// <summary>What happened, in order, with a task for each count to wait on. Safe for concurrent use.</summary>
/// <typeparam name="T">What is recorded.</typeparam>
public sealed class Recorded<T>
{
    private readonly Lock _lock = new();
    private readonly List<T> _items = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];

    /// <summary>All so far.</summary>
    public IReadOnlyList<T> Items
    {
        get
        {
            lock (_lock)
            {
                return [.. _items];
            }
        }
    }

    /// <summary>Records one.</summary>
    public void Add(T item)
    {
        lock (_lock)
        {
            _items.Add(item);
            foreach (var (_, reached) in _waiting.Where(w => w.Count <= _items.Count))
            {
                reached.TrySetResult();
            }
        }
    }

    /// <summary>Completes when at least this many were recorded.</summary>
    public Task WhenCount(int count)
    {
        lock (_lock)
        {
            if (_items.Count >= count)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, reached));
            return reached.Task;
        }
    }
}
