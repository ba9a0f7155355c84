using System.CommandLine;
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
    public static Option<int> Port()
    {
        var option = new Option<int>("--port")
        {
            Description = "Port of the page, on this machine only (0: any free one).",
            HelpName = "N",
            DefaultValueFactory = _ => 5080,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() is < 0 or > 65535)
            {
                result.AddError($"--port: expected 0 to 65535, found {result.Tokens[0].Value}");
            }
        });
        return option;
    }

    /// <summary>The state folder.</summary>
    public static Option<string> Data() => new("--data")
    {
        Description = "Folder of the state that lets a restart go on where the run before stopped.",
        HelpName = "DIR",
        DefaultValueFactory = _ => ".moodstream",
    };

    /// <summary>Threads that compute.</summary>
    public static Option<int> Threads()
    {
        var option = new Option<int>("--threads")
        {
            Description = "Threads that compute (default: one per processor).",
            HelpName = "N",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (result.GetValueOrDefault<int>() < 1 || result.GetValueOrDefault<int>() > Environment.ProcessorCount))
            {
                result.AddError($"--threads: expected 1 to {Environment.ProcessorCount}, found {result.Tokens[0].Value}");
            }
        });
        return option;
    }

    /// <summary>Output for machines.</summary>
    public static Option<bool> Json(string description) => new("--json") { Description = description };
}
