namespace Moodstream.Architecture.Tests;

/// <summary>The repository's own files: nothing built, nothing installed.</summary>
internal static class SourceFiles
{
    private static readonly string[] NotOurs = ["artifacts", "node_modules", ".git", ".moodstream", "obj", "bin"];

    public static IEnumerable<string> Enumerate(string pattern) => Enumerate(Repository.Root, pattern);

    private static IEnumerable<string> Enumerate(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern).Concat(
            Directory.EnumerateDirectories(folder)
                .Where(d => !NotOurs.Contains(Path.GetFileName(d)))
                .SelectMany(d => Enumerate(d, pattern)));
}
