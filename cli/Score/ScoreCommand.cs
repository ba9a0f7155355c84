using System.CommandLine;
using Moodstream.Ingestor.Rows;

namespace Moodstream.Cli.Score;

/// <summary><c>moodstream score</c>: the command line of it.</summary>
internal static class ScoreCommand
{
    private const string Help = """
        Score the mood of the posts in files, as fast as the machine can.

        Reads JSON Lines, JSON, CSV, TSV, plain text (a post a line) and X API v2 responses, also gzip; the format is
        told from the name and the first bytes. Writes one line a post, in order:
        id, label, negative, neutral, positive, score (positive - negative), tokens, truncated.
        A row that holds no post is put aside, with its line and the reason, and the run goes on.

        Examples:
          moodstream score posts.jsonl                       scores to standard output
          moodstream score posts.csv -o scores.csv           scores to a file, CSV by its extension
          moodstream score posts.csv -o scores.csv --resume  goes on with a run that was interrupted
          moodstream score x.json --text-field body.en --id-field key -o scores.jsonl
          zcat posts.txt.gz | moodstream score - > scores.jsonl

        Exit codes: 0 done; 1 wrong command line; 2 an input or the model cannot be read, or the output not written;
        3 done, but some rows were rejected (see OUT.rejected.jsonl); 130 interrupted.
        """;

    private static readonly string[] Formats = [.. Enum.GetNames<RowFormat>().Select(n => n.ToLowerInvariant())];

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var inputs = new Argument<string[]>("INPUT")
        {
            Description = "Files to score, in order; - for standard input.",
            Arity = ArgumentArity.OneOrMore,
        };
        inputs.Validators.Add(result =>
        {
            // An option that is not known would be taken for a file.
            foreach (var token in result.Tokens.Where(t => t.Value.Length > 1 && t.Value[0] == '-'))
            {
                result.AddError($"'{token.Value}' is no option of score; a file of that name is ./{token.Value}");
            }
        });
        var output = new Option<string?>("--output", "-o")
        {
            Description = "File for the scores: .jsonl or .csv. Until it is whole it is called OUT.partial. Default: JSON lines to standard output.",
            HelpName = "OUT",
        };
        var format = new Option<string>("--format")
        {
            Description = "Format of the inputs, x for the X API v2. Default: auto.",
            HelpName = string.Join('|', Formats),
            DefaultValueFactory = _ => Formats[0],
        };
        format.AcceptOnlyFromAmong(Formats);
        var textField = new Option<string?>("--text-field")
        {
            Description = "Column or member that holds the text; a path may have dots (data.text). Default: text.",
            HelpName = "NAME",
        };
        var idField = new Option<string?>("--id-field")
        {
            Description = "Column or member that holds the id. Default: id, where there is one, else the place in the file.",
            HelpName = "NAME",
        };
        var resume = new Option<bool>("--resume")
        {
            Description = "Go on with an interrupted run of the same inputs; the result is the same to the byte.",
        };
        var force = new Option<bool>("--force") { Description = "Write over an existing output." };
        var json = new Option<bool>("--json") { Description = "Print the summary as one JSON object." };
        var batchTokens = new Option<int>("--batch-tokens")
        {
            Description = "Token ids scored at once; does not change any score.",
            DefaultValueFactory = _ => new ScoreOptions { Inputs = [] }.BatchTokens,
            HelpName = "N",
        };
        var model = CommonOptions.Model();
        var threads = CommonOptions.Threads();

        var command = new Command("score", Help)
        {
            inputs, output, format, textField, idField, resume, force, json, model, threads, batchTokens,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var options = new ScoreOptions
            {
                Inputs = parsed.GetRequiredValue(inputs),
                Output = parsed.GetValue(output) is { } path and not ScoreOptions.Standard ? path : null,
                Format = Enum.Parse<RowFormat>(parsed.GetRequiredValue(format), ignoreCase: true),
                TextField = parsed.GetValue(textField),
                IdField = parsed.GetValue(idField),
                Resume = parsed.GetValue(resume),
                Force = parsed.GetValue(force),
                Json = parsed.GetValue(json),
                BatchTokens = parsed.GetValue(batchTokens),
            };
            return new ScoreRun(options, Terminal.System, TimeProvider.System).RunAsync(
                () => BertTextScorer.Load(parsed.GetValue(model), parsed.GetValue(threads), options.BatchTokens), cancellationToken);
        });
        return command;
    }
}
