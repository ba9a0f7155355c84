namespace Moodstream.Ingestor.Settlement;

/// <summary>How a post left the window.</summary>
internal enum SettleOutcome
{
    Scored,
    Rejected,
}
