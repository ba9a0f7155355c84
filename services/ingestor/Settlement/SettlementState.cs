using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor.Settlement;

/// <summary>
/// What survives a restart. Every row before <see cref="Cursor"/> is done with; of the rows from there on only
/// <see cref="Settled"/> are, and the counts hold exactly those rows: whatever else was read is read and counted again.
/// </summary>
internal sealed record SettlementState
{
    /// <summary>
    /// The low-water mark: the oldest unsettled row, or behind the last row read when nothing is unsettled.
    /// </summary>
    public required SourcePosition Cursor { get; init; }

    /// <summary>Where to read from, at or before the cursor, so that the ids of recent posts are known again.</summary>
    public required SourcePosition RememberFrom { get; init; }

    /// <summary>Rows from the cursor on that are settled, ascending; fewer than the window.</summary>
    public required IReadOnlyList<SourcePosition> Settled { get; init; }

    /// <summary>Posts admitted and not settled: lost if the source cannot give them again.</summary>
    public required int Unsettled { get; init; }

    /// <summary>Posts settled.</summary>
    public required long SettledCount { get; init; }

    /// <summary>Posts rejected.</summary>
    public required long RejectedCount { get; init; }

    /// <summary>Publishes beyond the first.</summary>
    public required long RepublishedCount { get; init; }

    /// <summary>Posts lost.</summary>
    public required long LostCount { get; init; }

    /// <summary>Rows dropped before the cursor.</summary>
    public required DroppedRows Dropped { get; init; }

    /// <summary>Whether saving the other would change nothing.</summary>
    public bool Equals(SettlementState? other) =>
        other is not null
        && (Cursor, RememberFrom, Unsettled) == (other.Cursor, other.RememberFrom, other.Unsettled)
        && (SettledCount, RejectedCount, RepublishedCount, LostCount, Dropped)
            == (other.SettledCount, other.RejectedCount, other.RepublishedCount, other.LostCount, other.Dropped)
        && Settled.SequenceEqual(other.Settled);

    public override int GetHashCode() => HashCode.Combine(Cursor, Unsettled, SettledCount, RepublishedCount, Dropped);
}
