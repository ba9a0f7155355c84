using System.Globalization;

namespace Moodstream.ModelServer.Versions;

/// <summary>What a folder holds, as far as it shows from outside: two equal stamps mean that nothing was written in between.</summary>
/// <param name="Files">Names, sizes and times of the files.</param>
/// <param name="Unreadable">Why the folder cannot be looked into; null when it can.</param>
internal readonly record struct FolderStamp(string Files, string? Unreadable = null)
{
    private const int MostFiles = 10_000;

    /// <summary>Looks at a folder. One that cannot be read, or holds more files than any model has, has a stamp that says so.</summary>
    public static FolderStamp Of(string folder)
    {
        try
        {
            return Read(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new FolderStamp("", exception.Message);
        }
    }

    private static FolderStamp Read(string folder)
    {
        var lines = new List<string>();
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{Path.GetRelativePath(folder, file.FullName)}|{file.Length}|{file.LastWriteTimeUtc.Ticks}"));
            if (lines.Count > MostFiles)
            {
                throw new IOException($"{folder} holds more than {MostFiles} files");
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return new FolderStamp(string.Join('\n', lines));
    }
}
