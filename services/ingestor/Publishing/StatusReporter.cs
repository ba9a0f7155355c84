using System.Globalization;
using System.Text.Json;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;
using Moodstream.Ingestor.Settlement;

namespace Moodstream.Ingestor.Publishing;

/// <summary>Tells ingest.status how the source stands: at every beat, and at once when it has finished.</summary>
internal sealed class StatusReporter(
    SharedWindow settlement,
    IPublisher publisher,
    IngestorOptions options,
    TimeProvider clock,
    ILogger<StatusReporter> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var finished = false;
        while (true)
        {
            var beat = Task.Delay(options.StatusInterval, clock, cancellationToken);
            await (finished ? beat : Task.WhenAny(beat, settlement.Finished));
            cancellationToken.ThrowIfCancellationRequested();
            if (!finished && settlement.Finished.IsCompleted)
            {
                var counts = settlement.Read().Counts;
                logger.Finished(options.Source, counts.Settled, counts.Rejected, counts.Dropped.Unreadable);
                finished = true;
            }

            await ReportAsync(cancellationToken);
        }
    }

    // A status that the broker refuses is superseded by the next.
    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        var status = Describe();
        var id = string.Create(
            CultureInfo.InvariantCulture, $"status:{options.Source}:{status.At.UtcTicks}");
        var data = JsonSerializer.SerializeToUtf8Bytes(status, ContractsJson.Wire.IngestStatus);
        var results = await publisher.PublishAsync(
            Topics.IngestStatus, [new OutgoingEvent(id, data)], cancellationToken);
        if (results[0].Error is { } error)
        {
            logger.StatusRefused(error);
        }
    }

    private IngestStatus Describe()
    {
        var reading = settlement.Read();
        return new IngestStatus
        {
            Source = options.Source,
            Published = reading.Counts.Published,
            Settled = reading.Counts.Settled,
            Rejected = reading.Counts.Rejected,
            Republished = reading.Counts.Republished,
            Duplicates = reading.Counts.Dropped.Duplicates,
            Unreadable = reading.Counts.Dropped.Unreadable,
            Skipped = options.Track.Count == 0 ? null : reading.Counts.Dropped.Skipped,
            Lost = reading.Counts.Lost,
            InFlight = (int)reading.InFlight,
            OldestSeconds = reading.OldestAge.TotalSeconds,
            Finished = settlement.Finished.IsCompleted,
            At = clock.GetUtcNow(),
        };
    }
}
