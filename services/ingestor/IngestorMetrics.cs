using System.Diagnostics.Metrics;
using Moodstream.Ingestor.Settlement;

namespace Moodstream.Ingestor;

/// <summary>Instruments of the ingestor. Totals count since the source was first opened, restarts included.</summary>
internal sealed class IngestorMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Moodstream.Ingestor";

    private static readonly KeyValuePair<string, object?> Scored = new("outcome", "scored");
    private static readonly KeyValuePair<string, object?> Rejected = new("outcome", "rejected");

    private readonly Histogram<double> _settleDuration;

    public IngestorMetrics(IMeterFactory meters, SharedWindow settlement)
    {
        var meter = meters.Create(MeterName);
        _settleDuration = meter.CreateHistogram(
            "moodstream.ingestor.settle.duration", "s", "From a post's first publish to its answer.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
            });

        Total(meter, "published", "Posts published for the first time.", () => settlement.Read().Counts.Published);
        Total(meter, "republished", "Publishes beyond a post's first.", () => settlement.Read().Counts.Republished);
        Total(meter, "lost", "Posts that can no longer be settled.", () => settlement.Read().Counts.Lost);
        meter.CreateObservableCounter(
            "moodstream.ingestor.posts.settled", () => Outcomes(settlement.Read().Counts), "{post}",
            "Posts settled, by outcome.");
        meter.CreateObservableCounter(
            "moodstream.ingestor.rows.dropped", () => Dropped(settlement.Read().Counts.Dropped), "{row}",
            "Rows that never became a post in flight, by reason.");
        meter.CreateObservableUpDownCounter(
            "moodstream.ingestor.posts.in_flight", () => settlement.Read().InFlight, "{post}",
            "Posts published and not settled.");
        meter.CreateObservableGauge(
            "moodstream.ingestor.oldest.age", () => settlement.Read().OldestAge.TotalSeconds, "s",
            "Age of the oldest post in flight.");
    }

    public void Settled(SettleOutcome outcome, TimeSpan duration) =>
        _settleDuration.Record(duration.TotalSeconds, outcome == SettleOutcome.Rejected ? Rejected : Scored);

    private static void Total(Meter meter, string name, string description, Func<long> read) =>
        meter.CreateObservableCounter($"moodstream.ingestor.posts.{name}", read, "{post}", description);

    private static Measurement<long>[] Outcomes(SettlementCounts counts) =>
        [new(counts.Settled - counts.Rejected, Scored), new(counts.Rejected, Rejected)];

    private static Measurement<long>[] Dropped(DroppedRows dropped) =>
    [
        new(dropped.Duplicates, new KeyValuePair<string, object?>("reason", "duplicate")),
        new(dropped.Unreadable, new KeyValuePair<string, object?>("reason", "unreadable")),
        new(dropped.Skipped, new KeyValuePair<string, object?>("reason", "skipped")),
    ];
}
