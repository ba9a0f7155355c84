using System.Xml.Linq;

namespace Moodstream.Architecture.Tests;

/// <summary>services -> libs, cli -> services, no service -> service: read off the project files.</summary>
public sealed class ProjectsTests
{
    /// <summary>What a library may stand on; all others stand on nothing.</summary>
    private static readonly Dictionary<string, string[]> LibraryArrows = new()
    {
        ["Moodstream.Bert"] = ["Moodstream.Text"],
        ["Moodstream.Sidecar"] = ["Moodstream.BuildingBlocks"],
        ["Moodstream.TensorFlowServing"] = ["Moodstream.Bert", "Moodstream.Rpc"],
    };

    public static TheoryData<string> Projects => [.. ProjectFiles().Select(RelativePath)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void References_OfEachProject_PointOneWay(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        var references = References(project);

        foreach (var reference in references)
        {
            var allowed = TopFolder(project) switch
            {
                "libs" => LibraryArrows.GetValueOrDefault(name, []).Contains(Path.GetFileNameWithoutExtension(reference)),
                "services" => TopFolder(reference) == "libs",
                "cli" => TopFolder(reference) is "services" or "libs",
                "bench" => TopFolder(reference) is "cli" or "services" or "libs"
                    || reference.EndsWith("Moodstream.Tests.Cluster.csproj", StringComparison.Ordinal), // the services as Dapr apps
                "tests" => true,
                _ => false,
            };
            Assert.True(allowed, $"{project} must not reference {reference}");
        }
    }

    [Fact]
    public void Solution_Lists_EveryProject()
    {
        var listed = XDocument.Load(Path.Combine(Repository.Root, "moodstream.slnx"))
            .Descendants("Project").Select(p => (string?)p.Attribute("Path")).Order();

        Assert.Equal(ProjectFiles().Select(RelativePath).Order(), listed);
    }

    private static List<string> References(string project)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, project))!;
        return [.. XDocument.Load(Path.Combine(Repository.Root, project)).Descendants("ProjectReference")
            .Select(r => RelativePath(Path.GetFullPath(Path.Combine(folder, (string)r.Attribute("Include")!))))];
    }

    private static IEnumerable<string> ProjectFiles() =>
        SourceFiles.Enumerate("*.csproj");

    private static string RelativePath(string path) =>
        Path.GetRelativePath(Repository.Root, path).Replace('\\', '/');

    private static string TopFolder(string path) => path.Split('/')[0];
}
