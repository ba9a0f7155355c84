using System.Globalization;
using Moodstream.BuildingBlocks.State;

namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>State that lives as long as the process.</summary>
internal sealed class InMemoryStateStore : IStateStore
{
    // Guards both fields. Versions are of the store, not of the key: a key that was deleted and written again never
    // has an etag it had before.
    private readonly Lock _lock = new();
    private readonly Dictionary<string, StateEntry> _entries = [];
    private long _version;

    /// <inheritdoc />
    public Task<StateEntry?> GetAsync(string key, CancellationToken cancellationToken)
    {
        StateLimits.CheckKey(key);
        lock (_lock)
        {
            return Task.FromResult<StateEntry?>(_entries.TryGetValue(key, out var entry) ? entry : null);
        }
    }

    /// <inheritdoc />
    public Task<bool> SetAsync(
        string key, ReadOnlyMemory<byte> value, string? etag, CancellationToken cancellationToken)
    {
        StateLimits.CheckKey(key);
        StateLimits.CheckValue(value);
        lock (_lock)
        {
            if (Differs(key, etag))
            {
                return Task.FromResult(false);
            }

            _entries[key] = new StateEntry(value.ToArray(), (++_version).ToString(CultureInfo.InvariantCulture));
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc />
    public Task<bool> DeleteAsync(string key, string? etag, CancellationToken cancellationToken)
    {
        StateLimits.CheckKey(key);
        lock (_lock)
        {
            if (Differs(key, etag))
            {
                return Task.FromResult(false);
            }

            _entries.Remove(key);
            return Task.FromResult(true);
        }
    }

    private bool Differs(string key, string? etag) =>
        etag is not null && _entries.TryGetValue(key, out var entry) && entry.ETag != etag;
}
