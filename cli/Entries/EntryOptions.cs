using Moodstream.Redis;

namespace Moodstream.Cli.Entries;

/// <summary>What was asked for.</summary>
internal sealed record EntryOptions
{
    /// <summary>The server.</summary>
    public required RedisAddress Redis { get; init; }

    /// <summary>Most entries.</summary>
    public required int Limit { get; init; }

    /// <summary>Ids of events or entries; empty: all.</summary>
    public IReadOnlyCollection<string> Ids { get; init; } = [];

    /// <summary>Write JSON, an object a line.</summary>
    public bool Json { get; init; }

    /// <summary>Only say what would be moved.</summary>
    public bool DryRun { get; init; }
}
