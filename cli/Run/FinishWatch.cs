using System.Text.Json;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;

namespace Moodstream.Cli.Run;

/// <summary>Keeps the newest status of the source and, where there is no page to stay for, ends the run with it.</summary>
/// <param name="endWithSource">Whether the run ends when the source has.</param>
/// <param name="lifetime">Stopped then; the drain writes what is still on its way.</param>
internal sealed class FinishWatch(bool endWithSource, IHostApplicationLifetime lifetime) : IBulkTopicHandler
{
    private volatile IngestStatus? _newest;

    /// <summary>The newest status; null before the first.</summary>
    public IngestStatus? Newest => _newest;

    public Task<IReadOnlyList<EventOutcome>> HandleAsync(
        IReadOnlyList<IncomingEvent> events, CancellationToken cancellationToken)
    {
        var outcomes = new EventOutcome[events.Count];
        for (var i = 0; i < events.Count; i++)
        {
            outcomes[i] = EventOutcome.Processed;
            var status = JsonSerializer.Deserialize(events[i].Data.Span, ContractsJson.Wire.IngestStatus)!; // ours: never null
            var finishedNow = status.Finished && _newest is not { Finished: true };
            _newest = status;
            if (finishedNow && endWithSource)
            {
                lifetime.StopApplication();
            }
            else if (finishedNow)
            {
                Console.Error.WriteLine($"The source has ended: {RunSummary.Text(status)}. The page stays; Ctrl-C ends.");
            }
        }

        return Task.FromResult<IReadOnlyList<EventOutcome>>(outcomes);
    }
}
