namespace Moodstream.Ingestor.Settlement;

/// <summary>
/// What happened since a source was first opened. Published = Settled + Lost + in flight, at any moment.
/// </summary>
internal readonly record struct SettlementCounts
{
    /// <summary>Posts published for the first time.</summary>
    public long Published { get; init; }

    /// <summary>Posts scored or rejected.</summary>
    public long Settled { get; init; }

    /// <summary>Posts rejected, by the classifier or here; part of <see cref="Settled"/>.</summary>
    public long Rejected { get; init; }

    /// <summary>Publishes of posts that had been published before.</summary>
    public long Republished { get; init; }

    /// <summary>Posts that can no longer be settled, because their source cannot give them again.</summary>
    public long Lost { get; init; }

    /// <summary>Rows that never entered the window.</summary>
    public DroppedRows Dropped { get; init; }
}
