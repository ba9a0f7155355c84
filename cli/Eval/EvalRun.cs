using System.Text.Json;
using Moodstream.Cli.Score;

namespace Moodstream.Cli.Eval;

/// <summary>One run of <c>moodstream eval</c>.</summary>
internal sealed class EvalRun(string path, bool asJson, Terminal terminal)
{
    /// <summary>Token ids scored at once.</summary>
    public const int BatchTokens = 8192;

    private const int C = Metrics.C;

    /// <summary>Runs.</summary>
    /// <param name="load">Loads the model, once the file is known to be there.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public async Task<int> RunAsync(Func<ITextScorer> load, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = path == ScoreOptions.Standard ? terminal.OpenInput() : File.OpenRead(path);
            using var scorer = load();
            var metrics = await MeasureAsync(file, scorer, cancellationToken);
            if (metrics.Posts == 0)
            {
                throw new CommandException(ExitCodes.Unreadable, $"{path}: expected labelled posts, came none");
            }

            var report = EvalReport.Of(metrics);
            await using var output = new StreamWriter(terminal.OpenOutput());
            await output.WriteAsync(asJson ? JsonSerializer.Serialize(report, EvalJson.Default.EvalReport) + "\n" : report.ToString());
            return ExitCodes.Ok;
        }
        catch (CommandException e)
        {
            await terminal.Error.WriteLineAsync($"moodstream: {e.Message}");
            return e.ExitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await terminal.Error.WriteLineAsync($"moodstream: cannot read {path}: {e.Message}");
            return ExitCodes.Unreadable;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await terminal.Error.WriteLineAsync("moodstream: interrupted");
            return ExitCodes.Interrupted;
        }
    }

    private async Task<Metrics> MeasureAsync(Stream file, ITextScorer scorer, CancellationToken cancellationToken)
    {
        var metrics = new Metrics();
        var tokenIds = new int[Math.Max(BatchTokens, scorer.MaxTokens)];
        List<int> labels = [];
        List<int> lengths = [];
        var used = 0;
        await foreach (var (label, text) in LabelledFile.ReadAsync(path, file, cancellationToken))
        {
            if (used + scorer.MaxTokens > tokenIds.Length)
            {
                Score();
            }

            var tokens = scorer.Encode(text, tokenIds.AsSpan(used)).Tokens;
            labels.Add(label);
            lengths.Add(tokens);
            used += tokens;
        }

        Score();
        return metrics;

        void Score()
        {
            var probabilitiesBC = new float[labels.Count * C];
            if (labels.Count > 0)
            {
                scorer.Score(tokenIds.AsSpan(0, used), lengths.ToArray(), probabilitiesBC);
            }

            for (var i = 0; i < labels.Count; i++)
            {
                metrics.Add(labels[i], probabilitiesBC.AsSpan(i * C, C));
            }

            labels.Clear();
            lengths.Clear();
            used = 0;
        }
    }
}
