using Spectre.Console;

namespace Moodstream.Cli.Export;

/// <summary>Draws a bar while a file is written, where somebody watches.</summary>
internal static class ExportProgress
{
    /// <summary>Runs something and draws how far it is.</summary>
    /// <param name="display">Where to draw; null for nowhere.</param>
    /// <param name="length">Bytes to write.</param>
    /// <param name="write">What is run; it tells the bytes written so far.</param>
    public static async Task ShowAsync(IAnsiConsole? display, long length, Func<IProgress<long>?, Task> write)
    {
        if (display is null)
        {
            await write(null);
            return;
        }

        ProgressColumn[] columns =
            [new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn()];
        await display.Progress().AutoClear(true).Columns(columns).StartAsync(
            context => write(new Bar(context.AddTask("writing", maxValue: length))));
    }

    private sealed class Bar(ProgressTask task) : IProgress<long>
    {
        public void Report(long value) => task.Value = value;
    }
}
