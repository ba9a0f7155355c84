using Moodstream.Contracts;
using Moodstream.Dashboard.Board;

namespace Moodstream.Dashboard.Events;

/// <summary><see cref="Topics.IngestStatus"/> to the board. The newest wins, so repeats change nothing.</summary>
internal sealed class IngestStatusHandler(
    MoodBoard board, DashboardMetrics metrics, ILogger<IngestStatusHandler> logger)
    : BoardTopicHandler<IngestStatus>(ContractsJson.Wire.IngestStatus, metrics, logger)
{
    protected override void Take(IngestStatus message) => board.Add(message);

    protected override string? Check(IngestStatus message) => CheckName("source", message.Source);
}
