namespace Moodstream.Ingestor.Settlement;

/// <summary>The bounds of settlement; their defaults and ranges are those of <see cref="IngestorOptions"/>.</summary>
internal sealed record SettlementRules
{
    /// <summary>W: newest admitted − oldest unsettled never exceeds it, in posts.</summary>
    public required int Window { get; init; }

    /// <summary>Most bytes of payload in the window; a single post may exceed it alone.</summary>
    public required long WindowBytes { get; init; }

    /// <summary>
    /// How long a publish may stay unanswered: the broker's processing timeout plus its redeliver interval, so that
    /// the broker's own second attempt comes first.
    /// </summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>Publishes of one post that may stay unanswered while later posts settle.</summary>
    public required int MaxPublishes { get; init; }

    /// <summary>Longest pause between two probes.</summary>
    public required TimeSpan MaxProbeInterval { get; init; }

    /// <summary>How many admitted posts back an id is known again: the window and twice as many before it.</summary>
    public int Memory => 3 * Window;
}
