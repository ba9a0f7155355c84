using System.Globalization;

namespace Moodstream.Bert.Loading;

/// <summary>Which folder holds the model's files, and what the model is called.</summary>
/// <param name="Path">Full path of the folder with config.json.</param>
/// <param name="Name">Name of the model.</param>
/// <param name="Version">Its version.</param>
internal sealed record ModelFolder(string Path, string Name, long Version)
{
    public const string ConfigFile = "config.json";
    private const string WeightsFile = "model.safetensors";
    private const string ShardedIndexFile = "model.safetensors.index.json";

    /// <summary>
    /// Reads the three layouts: a version folder (<c>name/3</c>), a base folder of version folders, whose newest wins,
    /// and a plain folder, which is version 1.
    /// </summary>
    /// <exception cref="ModelFormatException">There is no config.json in any of these places.</exception>
    public static ModelFolder Find(string folder)
    {
        var path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder));
        if (!File.Exists(System.IO.Path.Combine(path, ConfigFile)) && NewestVersion(path) is { } newest)
        {
            path = newest;
        }

        if (!File.Exists(System.IO.Path.Combine(path, ConfigFile)))
        {
            throw new ModelFormatException(
                path, ConfigFile, "a model folder with this file, or version folders such as 1 that have it",
                Directory.Exists(path) ? "neither" : "no such folder");
        }

        var name = System.IO.Path.GetFileName(path);
        var parent = System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(path));
        return VersionOf(path) is { } version && !string.IsNullOrEmpty(parent)
            ? new ModelFolder(path, parent, version)
            : new ModelFolder(path, name, 1);
    }

    /// <summary>The path of the weights, which are in one file.</summary>
    /// <exception cref="ModelFormatException">There is none, or they are in several.</exception>
    public string FindWeights()
    {
        var weights = System.IO.Path.Combine(Path, WeightsFile);
        if (File.Exists(weights))
        {
            return weights;
        }

        var sharded = File.Exists(System.IO.Path.Combine(Path, ShardedIndexFile));
        throw new ModelFormatException(
            Path, WeightsFile, "the weights in one file of this name", sharded ? $"shards, {ShardedIndexFile}" : "no such file");
    }

    private static string? NewestVersion(string path) =>
        Directory.Exists(path)
            ? Directory.EnumerateDirectories(path).Where(d => VersionOf(d) is not null).MaxBy(VersionOf)
            : null;

    private static long? VersionOf(string path) =>
        long.TryParse(System.IO.Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : null;
}
