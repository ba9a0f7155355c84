using System.CommandLine;
using Moodstream.Cli.Score;

namespace Moodstream.Cli.Eval;

/// <summary><c>moodstream eval</c>: the command line of it.</summary>
internal static class EvalCommand
{
    private const string Help = """
        Measure a model on labelled posts: accuracy, macro recall, F1, confusion matrix, calibration error.

        The file is tab-separated under a header row, with the columns label (0 negative, 1 neutral, 2 positive, or the
        words) and text; other columns are passed over and nothing is quoted.

        Examples:
          moodstream eval labelled.tsv
          moodstream eval labelled.tsv --model my-model --json

        Exit codes: 0 done; 1 wrong command line; 2 the file or the model cannot be read; 130 interrupted.
        """;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("FILE.tsv") { Description = "Labelled posts; - for standard input." };
        var json = new Option<bool>("--json")
        {
            Description = "Print one JSON object: accuracy, macro_recall, f1_pn, macro_f1, calibration_error, confusion (rows are labels).",
        };
        var model = CommonOptions.Model();
        var threads = CommonOptions.Threads();
        var command = new Command("eval", Help) { file, json, model, threads };
        command.SetAction((parsed, cancellationToken) =>
            new EvalRun(parsed.GetRequiredValue(file), parsed.GetValue(json), Terminal.System).RunAsync(
                () => BertTextScorer.Load(parsed.GetValue(model), parsed.GetValue(threads), EvalRun.BatchTokens), cancellationToken));
        return command;
    }
}
