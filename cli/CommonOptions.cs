using System.CommandLine;
using System.Globalization;
using Moodstream.Cli.Models;

namespace Moodstream.Cli;

/// <summary>Options that several commands share, so that they read and mean the same everywhere.</summary>
internal static class CommonOptions
{
    /// <summary>Where the model is; null when the bundled one is nowhere to be found.</summary>
    public static Option<string?> Model() => new("--model")
    {
        Description = "Model folder, or a folder of numbered versions (the highest is taken). Default: the bundled one.",
        HelpName = "DIR",
        DefaultValueFactory = _ => BundledModel.Find(),
    };

    /// <summary>The page's port.</summary>
    public static Option<int> Port() =>
        Number("--port", "Port of the page, on this machine only (0: any free one).", 0, 65535, 5080);

    /// <summary>The state folder.</summary>
    public static Option<string> Data() => new("--data")
    {
        Description = "Folder of the state that lets a restart go on where the run before stopped.",
        HelpName = "DIR",
        DefaultValueFactory = _ => ".moodstream",
    };

    /// <summary>Threads that compute.</summary>
    public static Option<int> Threads() => Number(
        "--threads", "Threads that compute (default: one per processor).", 1, Environment.ProcessorCount, Environment.ProcessorCount);

    /// <summary>A whole number in a range.</summary>
    public static Option<int> Number(string name, string description, int least, int most, int byDefault)
    {
        var option = new Option<int>(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => byDefault,
        };
        option.Validators.Add(result =>
        {
            // What is no number at all is complained of by the parser itself, and has no value to ask for.
            if (result.Tokens.Count > 0
                && (!int.TryParse(result.Tokens[0].Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value)
                    || value < least || value > most))
            {
                result.AddError($"{name}: expected {least} to {most}, found {result.Tokens[0].Value}");
            }
        });
        return option;
    }

    /// <summary>Output for machines.</summary>
    public static Option<bool> Json(string description) => new("--json") { Description = description };
}
