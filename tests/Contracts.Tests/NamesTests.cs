using System.Reflection;
using System.Text.RegularExpressions;

namespace Moodstream.Contracts.Tests;

/// <summary>Names in code, and the tables of docs/architecture.md that readers and deployments go by, agree.</summary>
public sealed partial class NamesTests
{
    [Theory]
    [InlineData("Topic", typeof(Topics))]
    [InlineData("Component", typeof(Components))]
    [InlineData("App id", typeof(Apps))]
    public void Names_OfEachKind_AreThoseOfTheDesign(string column, Type names)
    {
        var documented = FirstColumn(column);

        Assert.Equal(documented.Order(StringComparer.Ordinal), Constants(names).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(typeof(Topics))]
    [InlineData(typeof(Components))]
    [InlineData(typeof(Apps))]
    public void Names_OfEachKind_AreUniqueWhateverTheCase(Type names)
    {
        var constants = Constants(names);

        Assert.Equal(constants.Count, constants.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    /// <summary>A slash is a path separator in the sidecar's API, a hash or question mark ends the path.</summary>
    [Theory]
    [InlineData(typeof(Topics))]
    [InlineData(typeof(Components))]
    [InlineData(typeof(Apps))]
    public void Names_OfEachKind_NeedNoEscapingInAUrl(Type names) =>
        Assert.All(Constants(names), name => Assert.Matches("^[a-z][a-z.-]*[a-z]$", name));

    private static List<string> Constants(Type names) =>
        [.. names.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!)];

    private static List<string> FirstColumn(string heading)
    {
        var names = File.ReadLines(Path.Combine(Repository.Root, "docs", "architecture.md"))
            .SkipWhile(line => !line.StartsWith($"| {heading} |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => QuotedFirstCell().Match(line).Groups[1].Value)
            .ToList();

        Assert.NotEmpty(names);
        return names;
    }

    [GeneratedRegex("^\\| `([^`]+)` \\|")]
    private static partial Regex QuotedFirstCell();
}
