using Moodstream.Contracts;
using Moodstream.Dashboard.Board;

namespace Moodstream.Dashboard.Events;

/// <summary><see cref="Topics.Shifts"/> to the board. Idempotent by topic, window and time.</summary>
internal sealed class ShiftHandler(MoodBoard board, DashboardMetrics metrics, ILogger<ShiftHandler> logger)
    : BoardTopicHandler<MoodShift>(ContractsJson.Wire.MoodShift, metrics, logger)
{
    protected override void Take(MoodShift message) => board.Add(message);

    protected override string? Check(MoodShift message) =>
        CheckName("topic", message.Topic) ?? CheckMean("from", message.From) ?? CheckMean("to", message.To);

    private static string? CheckMean(string member, double value) =>
        value is >= -1 and <= 1 ? null : $"{member}: expected -1 to 1, got {value}";
}
