namespace Moodstream.Architecture.Tests;

/// <summary>Holds the ceilings on file size.</summary>
public sealed class FileSizeTests
{
    private const int SourceLines = 400;
    private const int TestLines = 500;

    /// <summary>Files that may be longer, each with its reason.</summary>
    private static readonly Dictionary<string, string> Longer = [];

    [Fact]
    public void SourceFiles_AreShort()
    {
        var tooLong = SourceFiles.Enumerate("*.cs")
            .Select(path => (Path: Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'), Lines: File.ReadLines(path).Count()))
            .Where(f => f.Lines > (f.Path.StartsWith("tests/", StringComparison.Ordinal) ? TestLines : SourceLines))
            .Where(f => !Longer.ContainsKey(f.Path))
            .Select(f => $"{f.Path}: {f.Lines} lines");

        Assert.Empty(tooLong);
    }
}
