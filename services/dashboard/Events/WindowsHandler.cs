using Moodstream.Contracts;
using Moodstream.Dashboard.Board;

namespace Moodstream.Dashboard.Events;

/// <summary><see cref="Topics.Windows"/> to the board. The newest wins, so repeats change nothing.</summary>
internal sealed class WindowsHandler(MoodBoard board, DashboardMetrics metrics, ILogger<WindowsHandler> logger)
    : BoardTopicHandler<MoodWindows>(ContractsJson.Wire.MoodWindows, metrics, logger)
{
    private const int MaxWindows = 8;

    protected override void Take(MoodWindows message) => board.Add(message);

    protected override string? Check(MoodWindows message) => message switch
    {
        { Windows: null or { Count: 0 or > MaxWindows } } =>
            $"windows: expected 1 to {MaxWindows}, got {message.Windows?.Count ?? 0}",
        _ => CheckName("topic", message.Topic)
            ?? message.Windows.Select(CheckWindow).FirstOrDefault(error => error is not null),
    };

    private static string? CheckWindow(WindowMood? window) => window switch
    {
        null => "windows: expected an object, got null",
        { Posts: < 0 } => $"windows.posts: expected 0 or more, got {window.Posts}",
        { Mean: >= -1 and <= 1 } => null,
        _ => $"windows.mean: expected -1 to 1, got {window.Mean}",
    };
}
