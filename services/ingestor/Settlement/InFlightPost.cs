using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor.Settlement;

/// <summary>A post in the window, from its admission until it is settled.</summary>
internal sealed class InFlightPost
{
    public InFlightPost(string id, SourcePosition position, ReadOnlyMemory<byte> payload)
    {
        Id = id;
        Position = position;
        Payload = payload;
        Node = new LinkedListNode<InFlightPost>(this);
    }

    /// <summary>The post's id, and the id of every event about it.</summary>
    public string Id { get; }

    /// <summary>Where it stands in its source.</summary>
    public SourcePosition Position { get; }

    /// <summary>The post as UTF-8 JSON; empty once it is settled and not being published.</summary>
    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>Given up: what is published for it from now on is its rejection.</summary>
    public bool IsCondemned { get; private set; }

    /// <summary>Settled: nothing is owed for it any more.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>A known-good post sent along with a probe; stands in no window.</summary>
    public bool IsControl { get; init; }

    // The rest is Settlement's bookkeeping.

    /// <summary>Its place in the outbox or among the unanswered; in neither while it is being published.</summary>
    public LinkedListNode<InFlightPost> Node { get; }

    /// <summary>Rows dropped before this one was read.</summary>
    public DroppedRows DroppedBefore { get; init; }

    /// <summary>The running number of its last publish; 0 before the first.</summary>
    public long Ordinal { get; set; }

    /// <summary>Whether it counts as published.</summary>
    public bool WasPublished { get; set; }

    /// <summary>Publishes that the broker took.</summary>
    public int Publishes { get; set; }

    public long FirstPublishedAt { get; private set; }

    public long LastPublishedAt { get; private set; }

    /// <summary>Publishes that stayed unanswered while posts published later were answered.</summary>
    public int Misses { get; set; }

    public void Stamp(long ordinal, long now)
    {
        FirstPublishedAt = Ordinal == 0 ? now : FirstPublishedAt;
        Ordinal = ordinal;
        LastPublishedAt = now;
    }

    public void Condemn() => IsCondemned = true;

    public void Settle() => IsSettled = true;

    /// <summary>
    /// Gives the payload free; never while the publisher holds the post, which reads it outside any lock.
    /// </summary>
    public void ReleasePayload() => Payload = default;
}
