namespace Moodstream.Ingestor.Settlement;

/// <summary>
/// A source's saved state is there and cannot be used. Nothing is read, so that nothing is overwritten.
/// </summary>
internal sealed class SavedSourceException(string key, string problem, Exception? inner = null)
    : Exception($"state '{key}': {problem}", inner)
{
    /// <summary>The key in the state store.</summary>
    public string Key { get; } = key;
}
