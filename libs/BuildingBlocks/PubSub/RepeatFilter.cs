namespace Moodstream.BuildingBlocks.PubSub;

/// <summary>
/// The newest ids, each once. Delivery is at least once and unordered, but a repeat comes at most one window of the
/// ingestor after its first: remembering two windows finds every one. One caller at a time.
/// </summary>
/// <param name="capacity">How many ids are kept, 1 or more; the memory taken is proportional to it.</param>
public sealed class RepeatFilter(int capacity)
{
    /// <summary>Two of the ingestor's windows at their default size.</summary>
    public const int DefaultCapacity = 8192;

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>Whether an id is remembered.</summary>
    /// <param name="id">Post id.</param>
    public bool Contains(string id) => _ids.Contains(id);

    /// <summary>Remembers an id, forgetting the oldest beyond capacity.</summary>
    /// <param name="id">Post id.</param>
    /// <returns>False when it is remembered already.</returns>
    public bool TryAdd(string id)
    {
        if (!_ids.Add(id))
        {
            return false;
        }

        _order.Enqueue(id);
        if (_order.Count > capacity)
        {
            _ids.Remove(_order.Dequeue());
        }

        return true;
    }
}
