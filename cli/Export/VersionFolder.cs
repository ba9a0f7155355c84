using System.Globalization;

namespace Moodstream.Cli.Export;

/// <summary>Where a version goes: TensorFlow Serving takes the folders below a base whose names are numbers.</summary>
/// <param name="Path">Full path of the version folder.</param>
/// <param name="IsAdded">Whether what was asked for is the base, and version 1 was added.</param>
internal sealed record VersionFolder(string Path, bool IsAdded)
{
    /// <summary>Full path of the base folder, which the server is given.</summary>
    public string Base { get; } = System.IO.Path.GetDirectoryName(Path)!; // a number is no root

    /// <summary>Finds the folder.</summary>
    public static VersionFolder Of(string output)
    {
        var path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(output));
        var name = System.IO.Path.GetFileName(path);
        return long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? new VersionFolder(path, IsAdded: false)
            : new VersionFolder(System.IO.Path.Combine(path, "1"), IsAdded: true);
    }

    /// <summary>The command line that serves the base folder under the name <c>bert</c>, for a POSIX shell.</summary>
    public string ServeCommand()
    {
        var mount = $"type=bind,source={Base},target=/models/bert";
        return $"docker run -p 8500:8500 -p 8501:8501 --mount {Quote(mount)} -e MODEL_NAME=bert tensorflow/serving";
    }

    private static string Quote(string word) =>
        word.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+,=:@%".Contains(c))
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
