namespace Moodstream.Sidecar.State;

/// <summary>A change of one key.</summary>
/// <param name="Key">1 to 512 characters without <c>||</c>.</param>
/// <param name="Value">UTF-8 JSON; null: the key is deleted.</param>
/// <param name="ETag">The etag the key must have; null: any.</param>
/// <param name="TimeToLive">When the key goes by itself, in whole seconds; null: as before.</param>
public sealed record StateChange(
    string Key, ReadOnlyMemory<byte>? Value, string? ETag = null, TimeSpan? TimeToLive = null);
