using System.Globalization;
using Spectre.Console;

namespace Moodstream.Cli.Score;

/// <summary>Draws a bar with the rate and the time that is left, where somebody watches.</summary>
internal static class ScoreProgress
{
    /// <summary>Runs something and draws how far it is.</summary>
    /// <param name="display">Where to draw; null for nowhere.</param>
    /// <param name="inputs">What is read.</param>
    /// <param name="clock">Tells the rate.</param>
    /// <param name="run">What is run; it tells the posts it scored and the bytes of the inputs it read.</param>
    public static async Task ShowAsync(
        IAnsiConsole? display, IReadOnlyList<ScoreInput> inputs, TimeProvider clock, Func<Action<long, long>, Task> run)
    {
        if (display is null)
        {
            await run((_, _) => { });
            return;
        }

        var bytes = inputs.Sum(i => i.Length ?? 0);
        var isKnown = inputs.All(i => i.Length is not null);
        ProgressColumn[] columns = isKnown
            ? [new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn()]
            : [new SpinnerColumn(), new ElapsedTimeColumn(), new TaskDescriptionColumn()];
        await display.Progress().AutoClear(true).Columns(columns).StartAsync(async context =>
        {
            var started = clock.GetTimestamp();
            var task = context.AddTask("scoring", maxValue: Math.Max(1, bytes));
            task.IsIndeterminate = !isKnown;
            await run((posts, read) =>
            {
                var seconds = clock.GetElapsedTime(started).TotalSeconds;
                task.Description = string.Create(
                    CultureInfo.InvariantCulture, $"{posts:N0} posts, {(seconds > 0 ? posts / seconds : 0):N0} posts/s");
                task.Value = read;
            });
        });
    }
}
