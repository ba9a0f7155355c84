using System.Globalization;

namespace Moodstream.Cli.Run;

/// <summary>What `moodstream run` was asked for.</summary>
internal sealed record RunSettings
{
    /// <summary>"sample", "file:PATH" or "-".</summary>
    public required string Source { get; init; }

    /// <summary>Topics to keep; empty keeps everything.</summary>
    public required IReadOnlyList<string> Track { get; init; }

    /// <summary>Posts a second; 0 reads as fast as posts settle; null is the source's own default.</summary>
    public required double? PostsPerSecond { get; init; }

    /// <summary>The page's port; null for no page: scored posts go to standard output.</summary>
    public required int? Port { get; init; }

    /// <summary>Folder of the state.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Folder of the model; with <see cref="ModelEndpoint"/>, of its tokenizer and labels.</summary>
    public required string Model { get; init; }

    /// <summary>Server that scores; null for the engine in this process.</summary>
    public Uri? ModelEndpoint { get; init; }

    /// <summary>Name of the model on that server.</summary>
    public string? ModelName { get; init; }

    /// <summary>Threads that compute.</summary>
    public required int Threads { get; init; }

    /// <summary>The same as configuration, which is what the services read.</summary>
    public Dictionary<string, string?> ToConfiguration()
    {
        var values = new Dictionary<string, string?>
        {
            ["Moodstream:Ingestor:Source"] = Source,
            ["Moodstream:Ingestor:PostsPerSecond"] = PostsPerSecond?.ToString(CultureInfo.InvariantCulture),
            ["Moodstream:Classifier:Model"] = Model,
            ["Moodstream:Classifier:Threads"] = Threads.ToString(CultureInfo.InvariantCulture),
            ["Moodstream:InProcess:DataFolder"] = DataFolder,
        };
        if (ModelEndpoint is not null)
        {
            values["Moodstream:Classifier:ModelEndpoint"] = ModelEndpoint.OriginalString;
        }

        if (ModelName is not null)
        {
            values["Moodstream:Classifier:ModelName"] = ModelName;
        }

        for (var i = 0; i < Track.Count; i++)
        {
            values[$"Moodstream:Ingestor:Track:{i}"] = Track[i];
        }

        return values;
    }
}
