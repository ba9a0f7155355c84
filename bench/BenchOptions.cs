using System.Globalization;

namespace Moodstream.Bench;

/// <summary>The command line.</summary>
internal sealed record BenchOptions
{
    /// <summary>What to type.</summary>
    public const string Usage = """
        usage: bench/run COMMAND [OPTIONS]

          engine     the engine alone, against the processor's own limit
          peers      the engine against ONNX Runtime on the same posts (needs Node)
          score      'moodstream score' against the engine alone
          pipeline   'moodstream run --rate max', file to page, against the engine alone
          serve      'moodstream serve' under 1 to 64 callers, against the engine alone; a model of BERT-base's size
          dapr       the services as Dapr apps over Redis, against the engine alone; 1 to 4 classifiers
          posts      prints the posts' token histogram; writes them with --out FILE

          --rounds N   rounds that count, 1 to 1000 (engine 10, peers 7, score 5, pipeline 5, serve 5, dapr 3)
          --posts N    posts, 100 to 1000000 (10000); pipeline with 200000 is the long run
          --model DIR  model folder (models/tweet-sentiment/1)
          --out FILE   where to write (bench/results/DATE-COMMAND.md)

        Ends with 0 when every floor is met, 3 when one is missed, 1 for a wrong command line, 2 when it could not
        measure.
        """;

    private static readonly string[] Commands = ["engine", "peers", "score", "pipeline", "serve", "dapr", "posts"];

    /// <summary>Which benchmark.</summary>
    public required string Command { get; init; }

    /// <summary>Rounds that count; null for the benchmark's own number.</summary>
    public int? Rounds { get; init; }

    /// <summary>Posts.</summary>
    public int Posts { get; init; } = Bench.Posts.PostSet.DefaultCount;

    /// <summary>Model folder; null for the bundled one.</summary>
    public string? Model { get; init; }

    /// <summary>Where to write; null for the usual place.</summary>
    public string? Out { get; init; }

    /// <summary>Reads a command line.</summary>
    /// <exception cref="FormatException">It is not as <see cref="Usage"/> says.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0 || !Commands.Contains(arguments[0]))
        {
            throw new FormatException($"expected one of {string.Join(", ", Commands)}");
        }

        var options = new BenchOptions { Command = arguments[0] };
        for (var i = 1; i < arguments.Count; i += 2)
        {
            var value = i + 1 < arguments.Count
                ? arguments[i + 1]
                : throw new FormatException($"{arguments[i]} needs a value");
            options = arguments[i] switch
            {
                "--rounds" => options with { Rounds = Number(arguments[i], value, 1, 1000) },
                "--posts" => options with { Posts = Number(arguments[i], value, 100, 1_000_000) },
                "--model" => options with { Model = value },
                "--out" => options with { Out = value },
                _ => throw new FormatException($"unknown option {arguments[i]}"),
            };
        }

        return options;
    }

    private static int Number(string option, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= least && number <= most
            ? number
            : throw new FormatException($"{option}: expected a number from {least} to {most}, got '{value}'");
}
