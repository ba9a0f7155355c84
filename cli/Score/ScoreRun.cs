using System.Text.Json;

namespace Moodstream.Cli.Score;

/// <summary>One run of <c>moodstream score</c>, from the checks to the summary.</summary>
internal sealed class ScoreRun(ScoreOptions options, Terminal terminal, TimeProvider clock)
{
    /// <summary>Opens an output file for writing; a test may give one that fails.</summary>
    public Func<string, Stream>? OpenOutput { get; init; }

    /// <summary>Runs.</summary>
    /// <param name="load">Loads the model, once all else is known to be in order.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public async Task<int> RunAsync(Func<ITextScorer> load, CancellationToken cancellationToken)
    {
        try
        {
            return await RunCoreAsync(load, cancellationToken);
        }
        catch (CommandException e)
        {
            await terminal.Error.WriteLineAsync($"moodstream: {e.Message}{Remainder(e.ExitCode)}");
            return e.ExitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await terminal.Error.WriteLineAsync($"moodstream: cannot read: {e.Message}{Remainder(ExitCodes.Unreadable)}");
            return ExitCodes.Unreadable;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await terminal.Error.WriteLineAsync($"moodstream: interrupted{Remainder(ExitCodes.Interrupted)}");
            return ExitCodes.Interrupted;
        }
    }

    private async Task<int> RunCoreAsync(Func<ITextScorer> load, CancellationToken cancellationToken)
    {
        if (options.Fault is { } fault)
        {
            throw new CommandException(ExitCodes.Usage, fault);
        }

        List<ScoreInput> inputs = [.. options.Inputs.Select(ScoreInput.Of)];
        if (options.Output is not null && !new ScoreFiles(options.Output).Check(options, inputs))
        {
            await terminal.Error.WriteLineAsync($"moodstream: {options.Output} is complete; nothing to resume");
            return ExitCodes.Ok;
        }

        using var scorer = load();
        await using var sink = OpenSink(inputs, scorer);
        var before = sink.Tally;
        var pipeline = new ScorePipeline(new BatchReader(inputs, options, terminal, scorer), scorer, sink);
        var started = clock.GetTimestamp();
        await ScoreProgress.ShowAsync(
            terminal.Display,
            inputs,
            clock,
            watch => pipeline.RunAsync(batch => watch(sink.Tally.Posts - before.Posts, batch.BytesRead), cancellationToken));
        var elapsed = clock.GetElapsedTime(started);
        await sink.CompleteAsync();

        await SumUpAsync(ScoreSummary.Of(before, sink.Tally, elapsed, options.Output));
        return sink.Tally.Rejected > 0 ? ExitCodes.SomeRejected : ExitCodes.Ok;
    }

    private IScoreSink OpenSink(IReadOnlyList<ScoreInput> inputs, ITextScorer scorer) => options.Output is null
        ? new StreamSink(terminal.OpenOutput(), terminal.Error)
        : FileSink.Open(
            new ScoreFiles(options.Output), RunIdentity.Of(inputs, options, scorer), options.Resume, clock, OpenOutput);

    private async Task SumUpAsync(ScoreSummary summary)
    {
        if (!options.Json)
        {
            await terminal.Error.WriteAsync(summary.ToString());
            return;
        }

        var json = JsonSerializer.Serialize(summary, ScoreJson.Default.ScoreSummary);
        if (options.Output is null)
        {
            // Standard output has the scores.
            await terminal.Error.WriteLineAsync(json);
            return;
        }

        await using var output = new StreamWriter(terminal.OpenOutput());
        await output.WriteAsync(json + "\n");
    }

    private string Remainder(int exitCode) =>
        exitCode != ExitCodes.Usage && options.Output is { } output && File.Exists(new ScoreFiles(output).Checkpoint)
        && !options.Inputs.Contains(ScoreOptions.Standard)
            ? $" (what is done is in {new ScoreFiles(output).Partial}; go on with --resume)"
            : string.Empty;
}
