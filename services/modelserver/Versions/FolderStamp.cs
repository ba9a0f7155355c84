using System.Globalization;

namespace Moodstream.ModelServer.Versions;

/// <summary>What a folder holds, as far as it shows from outside: two equal stamps mean that nothing was written in between.</summary>
internal readonly record struct FolderStamp(string Files)
{
    private const int MostFiles = 10_000;

    /// <summary>Looks at a folder.</summary>
    /// <exception cref="IOException">It cannot be read, or holds more files than any model has.</exception>
    public static FolderStamp Of(string folder)
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
