namespace Moodstream.Contracts;

/// <summary>How one source stands, on <see cref="Topics.IngestStatus"/>; the newest replaces the ones before.</summary>
public sealed record IngestStatus
{
    /// <summary>The source as named on the command line or in configuration.</summary>
    public required string Source { get; init; }

    /// <summary>Posts published for the first time since the source was first opened, restarts included.</summary>
    public required long Published { get; init; }

    /// <summary>Posts settled, scored or rejected, since then.</summary>
    public required long Settled { get; init; }

    /// <summary>Posts rejected, by the classifier or by settlement itself; part of <see cref="Settled"/>.</summary>
    public required long Rejected { get; init; }

    /// <summary>Publishes of posts that had been published before.</summary>
    public required long Republished { get; init; }

    /// <summary>Rows dropped as repeats of an id seen before.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Input that holds no post (bad JSON, missing field); never published.</summary>
    public required long Unreadable { get; init; }

    /// <summary>Posts that match none of the tracked terms; never published. Null when nothing is tracked.</summary>
    public long? Skipped { get; init; }

    /// <summary>Posts that entered and can no longer be settled, because their source cannot replay them.</summary>
    public required long Lost { get; init; }

    /// <summary>Posts published and not settled.</summary>
    public required int InFlight { get; init; }

    /// <summary>Age in seconds of the oldest post in flight; 0 when none is.</summary>
    public required double OldestSeconds { get; init; }

    /// <summary>Whether the source is read to its end and everything is settled.</summary>
    public required bool Finished { get; init; }

    /// <summary>When this was written (UTC).</summary>
    public required DateTimeOffset At { get; init; }
}
