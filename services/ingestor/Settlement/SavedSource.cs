namespace Moodstream.Ingestor.Settlement;

/// <summary>A source's record in the state store.</summary>
internal sealed record SavedSource
{
    /// <summary>The newest version this program reads, and the one it writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Version of this record; a newer one is refused, never guessed at.</summary>
    public required int Version { get; init; }

    /// <summary>The source's name, for people who look into the store.</summary>
    public required string Source { get; init; }

    /// <summary>What the cursor belongs to, in the source's own words.</summary>
    public required string Mark { get; init; }

    /// <summary>When this was saved (UTC).</summary>
    public required DateTimeOffset SavedAt { get; init; }

    /// <summary>Cursor and counts.</summary>
    public required SettlementState Settlement { get; init; }
}
