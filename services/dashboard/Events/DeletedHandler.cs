using Moodstream.Contracts;
using Moodstream.Dashboard.Board;

namespace Moodstream.Dashboard.Events;

/// <summary><see cref="Topics.Deleted"/> to the board. Idempotent by post id.</summary>
internal sealed class DeletedHandler(MoodBoard board, DashboardMetrics metrics, ILogger<DeletedHandler> logger)
    : BoardTopicHandler<PostDeleted>(ContractsJson.Wire.PostDeleted, metrics, logger)
{
    protected override void Take(PostDeleted message) => board.Add(message);

    protected override string? Check(PostDeleted message) =>
        CheckName("id", message.Id) ?? CheckName("source", message.Source);
}
