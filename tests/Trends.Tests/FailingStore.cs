using Moodstream.BuildingBlocks.State;

namespace Moodstream.Trends.Tests;

/// <summary>A state store in memory that can be told to fail.</summary>
internal sealed class FailingStore : IStateStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, StateEntry> _entries = [];
    private int _version;

    /// <summary>Whether a write of a key throws, and whether it is carried out all the same.</summary>
    public Func<string, (bool Throws, bool Writes)> OnWrite { get; set; } = _ => (false, true);

    public Task<StateEntry?> GetAsync(string key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<StateEntry?>(_entries.TryGetValue(key, out var entry) ? entry : null);
        }
    }

    public Task<bool> SetAsync(
        string key, ReadOnlyMemory<byte> value, string? etag, CancellationToken cancellationToken)
    {
        var (throws, writes) = OnWrite(key);
        lock (_lock)
        {
            if (writes)
            {
                _entries[key] = new StateEntry(value.ToArray(), $"{++_version}");
            }
        }

        return throws ? Task.FromException<bool>(new IOException("no space left on device")) : Task.FromResult(true);
    }

    public Task<bool> DeleteAsync(string key, string? etag, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _entries.Remove(key);
        }

        return Task.FromResult(true);
    }
}
