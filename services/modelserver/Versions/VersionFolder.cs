using System.Globalization;

namespace Moodstream.ModelServer.Versions;

/// <summary>A version as it lies in the base folder.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Path">Its folder.</param>
/// <param name="Stamp">What the folder holds.</param>
internal sealed record VersionFolder(long Version, string Path, FolderStamp Stamp)
{
    private const string ConfigFile = "config.json";

    /// <summary>The versions of a base folder, highest first; a plain model folder is its own one version.</summary>
    /// <exception cref="IOException">The base folder cannot be read.</exception>
    /// <remarks>Folders whose names are no numbers are not looked at, so a version can be made under such a name and renamed.</remarks>
    public static IReadOnlyList<VersionFolder> Find(string baseFolder)
    {
        if (File.Exists(baseFolder))
        {
            throw new IOException("expected a folder, found a file");
        }

        if (File.Exists(System.IO.Path.Combine(baseFolder, ConfigFile)))
        {
            return [new VersionFolder(NumberOf(baseFolder) ?? 1, baseFolder, FolderStamp.Of(baseFolder))];
        }

        var found = new SortedDictionary<long, string>();
        foreach (var folder in Directory.EnumerateDirectories(baseFolder).Order(StringComparer.Ordinal))
        {
            // Leading zeros are allowed; of two spellings of a number the first in order counts.
            if (NumberOf(folder) is { } version)
            {
                found.TryAdd(version, folder);
            }
        }

        return [.. found.Reverse().Select(f => new VersionFolder(f.Key, f.Value, FolderStamp.Of(f.Value)))];
    }

    private static long? NumberOf(string folder) =>
        long.TryParse(
            System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(folder)),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number)
            ? number
            : null;
}
