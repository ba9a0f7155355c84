namespace Moodstream.Ingestor.Settlement;

/// <summary>Why a row never becomes a post in flight.</summary>
internal enum DropReason
{
    /// <summary>It holds no post.</summary>
    Unreadable,

    /// <summary>It matches none of the tracked terms.</summary>
    Skipped,
}
