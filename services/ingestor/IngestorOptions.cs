using System.ComponentModel.DataAnnotations;
using Moodstream.Ingestor.Settlement;
using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor;

/// <summary>What the ingestor reads, and the bounds of settlement.</summary>
internal sealed class IngestorOptions
{
    /// <summary>Where these options stand in the configuration.</summary>
    public const string Section = "Moodstream:Ingestor";

    private const double SamplePostsPerSecond = 20;

    /// <summary><c>sample</c>, <c>file:PATH</c>, or <c>-</c> for standard input.</summary>
    /// <value>Default: <c>sample</c>.</value>
    public string Source { get; init; } = "sample";

    /// <summary>
    /// Words, phrases, hashtags or cashtags to keep: a post that matches none of them is skipped and counted. Empty:
    /// every post is kept.
    /// </summary>
    /// <value>Default: empty. At most 100 terms of 1 to 100 characters.</value>
    [MaxLength(100)]
    public IReadOnlyList<string> Track { get; init; } = [];

    /// <summary>Posts a second, evenly spaced; 0: as fast as posts settle.</summary>
    /// <value>Default: null, which is 20 for the sample and 0 for everything else. 0 to 100,000.</value>
    [Range(0.0, 100_000.0)]
    public double? PostsPerSecond { get; init; }

    /// <summary>
    /// W: newest published − oldest unsettled, in posts; a full window pauses the source. Trends, relay and dashboard drop
    /// repeats among the last 8,192 posts of a source, twice the default window; a larger window weakens this.
    /// </summary>
    /// <value>Default: 4096. 16 to 65,536.</value>
    [Range(16, 65_536)]
    public int Window { get; init; } = 4096;

    /// <summary>Most bytes of posts in the window.</summary>
    /// <value>Default: 64 MiB. 1 MiB to 4 GiB.</value>
    [Range(1L << 20, 1L << 32)]
    public long WindowBytes { get; init; } = 64L << 20;

    /// <summary>How long the broker waits for an answer before it delivers an event again.</summary>
    /// <value>Default: 20 s, the pub/sub component's <c>processingTimeout</c>. 1 s to 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan ProcessingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often the broker looks for such events.</summary>
    /// <value>Default: 5 s, the pub/sub component's <c>redeliverInterval</c>. 0 to 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan RedeliverInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Publishes of one post that may stay unanswered while later posts settle; then it is rejected.</summary>
    /// <value>Default: 5. 2 to 100.</value>
    [Range(2, 100)]
    public int MaxPublishes { get; init; } = 5;

    /// <summary>Longest pause between two probes while nothing settles at all.</summary>
    /// <value>Default: 5 minutes. 1 s to 1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan MaxProbeInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often unsettled posts are looked through while nothing comes back.</summary>
    /// <value>Default: 0.5 s. 10 ms to 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan RepublishInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often the cursor is saved: what settled since is published again after a kill.</summary>
    /// <value>Default: 1 s. 10 ms to 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan SaveInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the status is published.</summary>
    /// <value>Default: 1 s. 10 ms to 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan StatusInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a shutdown waits for posts in flight.</summary>
    /// <value>Default: 1 s. 0 to 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the right to read a source lasts without being renewed.</summary>
    /// <value>Default: 15 s. 1 s to 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary><see cref="Source"/>, taken apart; validated options have one.</summary>
    internal SourceName ParsedSource => SourceName.TryParse(Source, out var name)
        ? name
        : throw new InvalidOperationException($"'{Source}' is no source");

    /// <summary>The rate that applies; 0: as fast as posts settle.</summary>
    internal double EffectivePostsPerSecond =>
        PostsPerSecond ?? (ParsedSource.Kind == SourceKind.Sample ? SamplePostsPerSecond : 0);

    /// <summary>The part of these options that is settlement's.</summary>
    internal SettlementRules Rules => new()
    {
        Window = Window,
        WindowBytes = WindowBytes,
        Patience = ProcessingTimeout + RedeliverInterval,
        MaxPublishes = MaxPublishes,
        MaxProbeInterval = MaxProbeInterval,
    };
}
