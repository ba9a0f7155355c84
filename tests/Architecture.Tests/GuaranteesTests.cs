using System.Text.RegularExpressions;

namespace Moodstream.Architecture.Tests;

/// <summary>A guarantee is worth the test it names.</summary>
public sealed partial class GuaranteesTests
{
    [Fact]
    public void Guarantees_EachTestNamed_IsThere()
    {
        var tests = SourceFiles.Enumerate("*Tests.cs")
            .ToLookup(p => Path.GetFileNameWithoutExtension(p), File.ReadAllText);
        var named = NamedTest().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "guarantees.md")));

        Assert.NotEmpty(named);
        Assert.All(named, n => Assert.Contains(
            tests[n.Groups[1].Value], text => text.Contains($" {n.Groups[2].Value}(", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex NamedTest();
}
