using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Moodstream.Classifier;

namespace Moodstream.Cli.Run;

/// <summary>`moodstream run`: every service in one process.</summary>
internal static class RunCommand
{
    private const string Help =
        """
        Score posts as they come in, in one process: ingestor, classifier and the live page.

          moodstream run                                     the bundled sample, 20 posts a second
          moodstream run --source file:posts.jsonl --rate max
          moodstream run --track transit,coffee              only posts that mention these
          tail -f posts.jsonl | moodstream run --source - --no-page > scored.jsonl
          moodstream run --model-endpoint http://localhost:8500    scored by a TensorFlow Serving there

        Ctrl-C stops; the same command goes on where it stopped (see --data).
        """;

    public static Command Create()
    {
        var source = new Option<string>("--source")
        {
            Description = "Where posts come from: sample, file:PATH, or - for standard input (JSONL, CSV, TSV, plain text, X API v2).",
            HelpName = "sample|file:PATH|-",
            DefaultValueFactory = _ => "sample",
        };
        source.Validators.Add(CheckSource);
        var track = new Option<string[]>("--track")
        {
            Description = "Topics to keep, as words, #tags, $tags or phrases; others are skipped and counted.",
            HelpName = "a,b",
            CustomParser = result => [.. result.Tokens
                .SelectMany(t => t.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
            DefaultValueFactory = _ => [],
        };
        var rate = new Option<double?>("--rate")
        {
            Description = "Posts a second, or max: as fast as they are scored. Default: 20 for the sample, max for the rest.",
            HelpName = "20|max",
            CustomParser = ParseRate,
        };
        var noPage = new Option<bool>("--no-page")
        {
            Description = "No page: write each scored post to standard output as a line of JSON, and end when the source ends.",
        };
        var port = CommonOptions.Port();
        var data = CommonOptions.Data();
        var model = CommonOptions.Model();
        var modelEndpoint = ModelEndpoint();
        var modelName = new Option<string?>("--model-name")
        {
            Description = "Name of the model at --model-endpoint. Default: bert.",
            HelpName = "NAME",
        };
        var threads = CommonOptions.Threads();
        var command = new Command("run", Help)
        {
            source, track, rate, port, noPage, data, model, modelEndpoint, modelName, threads,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(modelName) is not null && result.GetResult(modelEndpoint) is null)
            {
                result.AddError("--model-name: expected --model-endpoint beside it, the server that has the model");
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(model) is not { } folder)
            {
                return Task.FromResult(Complaints.Write("no model: there is no models/tweet-sentiment beside or above the program; name one with --model DIR"));
            }

            return RunHost.RunAsync(
                new RunSettings
                {
                    Source = parsed.GetValue(source)!,
                    Track = parsed.GetValue(track)!,
                    PostsPerSecond = parsed.GetValue(rate),
                    Port = parsed.GetValue(noPage) ? null : parsed.GetValue(port),
                    DataFolder = parsed.GetValue(data)!,
                    Model = folder,
                    ModelEndpoint = parsed.GetValue(modelEndpoint),
                    ModelName = parsed.GetValue(modelName),
                    Threads = parsed.GetValue(threads),
                },
                cancellationToken);
        });
        return command;
    }

    private static Option<Uri?> ModelEndpoint() => new("--model-endpoint")
    {
        Description = "Score at a server that speaks TensorFlow Serving's gRPC API, in place of this process; "
            + "--model then gives tokenizer and labels only, and no weights are loaded.",
        HelpName = "http://HOST:PORT",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out var address) && ModelEndpointValidator.IsAddress(address))
            {
                return address;
            }

            result.AddError($"--model-endpoint: expected http://HOST:PORT or https://HOST:PORT, found '{text}'");
            return null;
        },
    };

    private static void CheckSource(OptionResult result)
    {
        var value = result.GetValueOrDefault<string>();
        if (value is not ("sample" or "-") && !(value.StartsWith("file:", StringComparison.Ordinal) && value.Length > 5))
        {
            result.AddError($"--source: expected sample, file:PATH or -, found '{value}'");
        }
    }

    private static double? ParseRate(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text == "max")
        {
            return 0;
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) || !(rate is > 0 and <= 100_000))
        {
            result.AddError($"--rate: expected posts a second (above 0, up to 100000) or max, found '{text}'");
        }

        return rate;
    }
}
