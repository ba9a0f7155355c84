namespace Moodstream.Ingestor.Settlement;

/// <summary>How a settlement stands at one moment.</summary>
/// <param name="Counts">What happened since the source was first opened.</param>
/// <param name="InFlight">Posts published and not settled.</param>
/// <param name="OldestAge">How long the oldest of them has been out.</param>
/// <param name="IsEmpty">Whether everything that entered is settled.</param>
internal readonly record struct SettlementReading(
    SettlementCounts Counts, long InFlight, TimeSpan OldestAge, bool IsEmpty);
