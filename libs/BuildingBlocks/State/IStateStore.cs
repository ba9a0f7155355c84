namespace Moodstream.BuildingBlocks.State;

/// <summary>Key-value state with optimistic concurrency. Safe for concurrent use.</summary>
/// <remarks>
/// Keys are 1 to 512 characters and must not contain <c>||</c>, which the broker's own key layout uses.
/// </remarks>
public interface IStateStore
{
    /// <summary>Reads a value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The value with its etag, or null when the key was never written or is deleted.</returns>
    Task<StateEntry?> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>Writes a value; when this returns true it survives the death of the process.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">UTF-8 JSON.</param>
    /// <param name="etag">
    /// The etag read before: the write fails when the key has been written since. Null writes whatever is there.
    /// A missing key differs from no etag, so <see cref="StateEntry.NeverETag"/> creates a key or fails.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting; the write may still happen.</param>
    /// <returns>False when <paramref name="etag"/> no longer matches; nothing is written then.</returns>
    Task<bool> SetAsync(string key, ReadOnlyMemory<byte> value, string? etag, CancellationToken cancellationToken);

    /// <summary>Deletes a key; a missing key is no error.</summary>
    /// <param name="key">The key.</param>
    /// <param name="etag">As for a write.</param>
    /// <param name="cancellationToken">Gives up waiting; the delete may still happen.</param>
    /// <returns>False when <paramref name="etag"/> no longer matches; nothing is deleted then.</returns>
    Task<bool> DeleteAsync(string key, string? etag, CancellationToken cancellationToken);
}

/// <summary>A value as read.</summary>
/// <param name="Value">UTF-8 JSON.</param>
/// <param name="ETag">Opaque; changes with every write.</param>
public readonly record struct StateEntry(ReadOnlyMemory<byte> Value, string ETag)
{
    /// <summary>An etag that no entry ever has: a write with it succeeds only where there is none.</summary>
    public const string NeverETag = "-1";
}
