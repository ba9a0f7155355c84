using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor.Settlement;

/// <summary>The ids of the posts admitted last, by sequence number. Constant time, bounded memory.</summary>
/// <param name="capacity">How many are kept.</param>
internal sealed class SeenIds(int capacity)
{
    private readonly Dictionary<string, long> _sequences = new(StringComparer.Ordinal);
    private readonly (string Id, SourcePosition Position)[] _ring = new (string, SourcePosition)[capacity];
    private long _next;

    /// <summary>
    /// Remembers the next admitted post; the same id known from earlier is known by this one from now on.
    /// </summary>
    public void Add(string id, SourcePosition position)
    {
        ref var slot = ref _ring[_next % capacity];
        var evicted = _next - capacity;
        if (evicted >= 0 && _sequences.TryGetValue(slot.Id, out var known) && known == evicted)
        {
            _sequences.Remove(slot.Id);
        }

        slot = (id, position);
        _sequences[id] = _next++;
    }

    /// <summary>The sequence number of the newest post of that id; null when it is not known.</summary>
    public long? Find(string id) => _sequences.TryGetValue(id, out var sequence) ? sequence : null;

    /// <summary>Where a post that is still remembered stands in its source.</summary>
    public SourcePosition PositionOf(long sequence) => _ring[sequence % capacity].Position;
}
