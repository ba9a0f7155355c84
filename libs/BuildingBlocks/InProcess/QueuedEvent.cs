using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>An event of one subscription on its way; touched by one delivery at a time.</summary>
internal sealed class QueuedEvent(IncomingEvent delivered, long enqueuedAt, long order)
{
    public IncomingEvent Delivered => delivered;

    /// <summary>Timestamp of the publish, which the age is counted from.</summary>
    public long EnqueuedAt => enqueuedAt;

    /// <summary>Place among the waiting events where a fault reorders them.</summary>
    public long Order => order;

    /// <summary>Deliveries so far.</summary>
    public int Attempts { get; set; }

    /// <summary>Timestamp of the answer that parked it.</summary>
    public long ParkedAt { get; set; }
}
