using System.Globalization;
using Moodstream.BuildingBlocks.State;

namespace Moodstream.Ingestor.Tests.Support;

/// <summary>State in memory, which outlives the ingestors of a test.</summary>
internal sealed class MemoryStateStore : IStateStore
{
    private readonly Lock _lock = new(); // Guards all below.
    private readonly Dictionary<string, (byte[] Value, long Version)> _entries = [];
    private long _version;

    /// <summary>Called before a read; may throw.</summary>
    public Action<string> BeforeRead { get; set; } = _ => { };

    /// <summary>Called before a write; may throw.</summary>
    public Action<string> BeforeWrite { get; set; } = _ => { };

    /// <summary>Called after a write; may throw, as where the answer is lost.</summary>
    public Action<string> AfterWrite { get; set; } = _ => { };

    /// <summary>What a process that is killed now leaves behind.</summary>
    public MemoryStateStore Copy()
    {
        var copy = new MemoryStateStore();
        lock (_lock)
        {
            foreach (var (key, entry) in _entries)
            {
                copy._entries[key] = entry;
            }

            copy._version = _version;
        }

        return copy;
    }

    public Task<StateEntry?> GetAsync(string key, CancellationToken cancellationToken)
    {
        BeforeRead(key);
        lock (_lock)
        {
            return Task.FromResult<StateEntry?>(_entries.TryGetValue(key, out var entry)
                ? new StateEntry(entry.Value, entry.Version.ToString(CultureInfo.InvariantCulture))
                : null);
        }
    }

    public Task<bool> SetAsync(
        string key, ReadOnlyMemory<byte> value, string? etag, CancellationToken cancellationToken)
    {
        BeforeWrite(key);
        lock (_lock)
        {
            if (!Matches(key, etag))
            {
                return Task.FromResult(false);
            }

            _entries[key] = (value.ToArray(), ++_version);
        }

        AfterWrite(key);
        return Task.FromResult(true);
    }

    public Task<bool> DeleteAsync(string key, string? etag, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(Matches(key, etag) && (_entries.Remove(key) || true));
        }
    }

    private bool Matches(string key, string? etag) =>
        etag is null
        || (_entries.TryGetValue(key, out var entry)
            ? entry.Version.ToString(CultureInfo.InvariantCulture) == etag
            : etag == StateEntry.NeverETag);
}
