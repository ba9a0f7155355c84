using Moodstream.Contracts;
using Moodstream.Dashboard.Board;

namespace Moodstream.Dashboard.Events;

/// <summary><see cref="Topics.Rejected"/> to the board. Idempotent by the rejected event's id.</summary>
internal sealed class RejectedHandler(MoodBoard board, DashboardMetrics metrics, ILogger<RejectedHandler> logger)
    : BoardTopicHandler<RejectedPost>(ContractsJson.Wire.RejectedPost, metrics, logger)
{
    protected override void Take(RejectedPost message) => board.Add(message);

    protected override string? Check(RejectedPost message) =>
        message.Reason is < RejectReason.Malformed or > RejectReason.Unscorable
            ? $"reason: expected malformed, refused or unscorable, got {(int)message.Reason}"
            : CheckName("id", message.Id);
}
