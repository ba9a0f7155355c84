namespace Moodstream.Ingestor.Leasing;

/// <summary>Another ingestor reads the same source: two would take each other's settlements.</summary>
internal sealed class SourceInUseException(string source, LeaseOwner? owner)
    : Exception(
        $"source '{source}' is read by another ingestor ({owner?.ToString() ?? "unknown"}); "
        + "stop it, or use another source")
{
    /// <summary>The source.</summary>
    public string SourceName { get; } = source;

    /// <summary>Who holds it, where that is known.</summary>
    public LeaseOwner? Owner { get; } = owner;
}
