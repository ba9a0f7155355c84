using System.Text.RegularExpressions;

namespace Moodstream.Architecture.Tests;

/// <summary>What comments cite of Dapr's contract can be looked up.</summary>
public sealed partial class DaprContractTests
{
    private static readonly string Table = File.ReadAllText(Path.Combine(Repository.Root, "docs", "dapr-contract.md"));

    [Fact]
    public void Sections_NamedInComments_AreInTheTable()
    {
        var told = Row().Matches(Table).SelectMany(row => Number().Matches(row.Groups[1].Value)).Select(n => n.Value).ToHashSet();
        var named = SourceFiles.Enumerate("*.cs").Select(File.ReadAllText)
            .SelectMany(text => Citation().Matches(text))
            .SelectMany(cited => Number().Matches(cited.Groups[1].Value)).Select(n => n.Value).ToHashSet();

        Assert.NotEmpty(named);
        Assert.Subset(told, named);
    }

    [Fact]
    public void Recordings_OfTheTable_AreThere()
    {
        var recordings = Directory.EnumerateFiles(Repository.Data("dapr-traces"), "*.json").Select(p => Path.GetFileName(p)!).ToList();

        Assert.All(Recording().Matches(Table), named => Assert.Single(
            recordings, name => name.StartsWith($"{named.Groups[1].Value}-", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"^\| ([\d., ]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    // A citation may go on in the next line of a comment.
    [GeneratedRegex(@"Dapr's contract,\s+(?:///?\s+)?((?:\d{1,2}(?:\.\d{1,2})?\b(?![a-z])(?:(?:,|\s+(?:///?\s+)?(?:and|to))\s+(?:///?\s+)?(?=\d))?)+)")]
    private static partial Regex Citation();

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Number();

    [GeneratedRegex(@"`(\d\d[a-z]?)`")]
    private static partial Regex Recording();
}
