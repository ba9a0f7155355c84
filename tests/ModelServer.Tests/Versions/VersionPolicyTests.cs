using Moodstream.ModelServer.Versions;

namespace Moodstream.ModelServer.Tests.Versions;

public sealed class VersionPolicyTests
{
    private readonly VersionPolicy _policy = new();

    [Fact]
    public void Next_NewVersion_IsLoadedOnTheSecondUnchangedLook()
    {
        var first = _policy.Next([V(2, "a"), V(1, "x")], served: 1);
        var second = _policy.Next([V(2, "a"), V(1, "x")], served: 1);

        Assert.Null(first);
        Assert.Equal(2, second?.Version);
    }

    [Fact]
    public void Next_FilesStillChange_Waits()
    {
        Assert.Null(_policy.Next([V(2, "a"), V(1, "x")], served: 1));
        Assert.Null(_policy.Next([V(2, "ab"), V(1, "x")], served: 1));
        Assert.Null(_policy.Next([V(2, "abc"), V(1, "x")], served: 1));

        Assert.Equal(2, _policy.Next([V(2, "abc"), V(1, "x")], served: 1)?.Version);
    }

    [Fact]
    public void Next_HighestServes_DoesNothing()
    {
        Assert.Null(_policy.Next([V(2, "a"), V(1, "x")], served: 2));
        Assert.Null(_policy.Next([V(2, "changed"), V(1, "x")], served: 2));
        Assert.Null(_policy.Next([V(2, "changed"), V(1, "x")], served: 2));
    }

    [Fact]
    public void Next_RefusedVersion_IsTriedAgainOnlyWhenItsFilesChange()
    {
        _policy.Next([V(2, "a"), V(1, "x")], served: 1);
        _policy.Refused(_policy.Next([V(2, "a"), V(1, "x")], served: 1)!);

        Assert.Null(_policy.Next([V(2, "a"), V(1, "x")], served: 1));
        Assert.Null(_policy.Next([V(2, "b"), V(1, "x")], served: 1));
        Assert.Equal(2, _policy.Next([V(2, "b"), V(1, "x")], served: 1)?.Version);
    }

    [Fact]
    public void Next_HighestIsBroken_FallsBackToTheNext()
    {
        _policy.Refused(V(9, "a"));
        _policy.Next([V(9, "a"), V(3, "y"), V(1, "x")], served: 1);

        Assert.Equal(3, _policy.Next([V(9, "a"), V(3, "y"), V(1, "x")], served: 1)?.Version);
    }

    [Fact]
    public void Next_ServedVersionIsGone_GoesBackToTheHighestLeft()
    {
        _policy.Next([V(1, "x")], served: 2);

        Assert.Equal(1, _policy.Next([V(1, "x")], served: 2)?.Version);
    }

    [Fact]
    public void Next_BrokenVersionGoneAndBack_IsTriedAgain()
    {
        _policy.Refused(V(2, "a"));
        _policy.Next([V(1, "x")], served: 1);
        _policy.Next([V(2, "a"), V(1, "x")], served: 1);

        Assert.Equal(2, _policy.Next([V(2, "a"), V(1, "x")], served: 1)?.Version);
    }

    [Fact]
    public void Find_OddNames_AreNoVersions()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "1", "007", "7", "9223372036854775807", "9223372036854775808", "-3", "+4", "2.partial", "x", " 5" })
        {
            Directory.CreateDirectory(folder[name]);
        }

        var versions = VersionFolder.Find(folder.Path);

        Assert.Equal([long.MaxValue, 7, 1], versions.Select(v => v.Version));
        Assert.Equal(folder["007"], versions[1].Path);
    }

    [Fact]
    public void Find_FileWrittenOrGrown_ChangesTheStamp()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["1"]);
        File.WriteAllText(Path.Combine(folder["1"], "a"), "1");
        var before = VersionFolder.Find(folder.Path).Single().Stamp;

        File.AppendAllText(Path.Combine(folder["1"], "a"), "2");
        var grown = VersionFolder.Find(folder.Path).Single().Stamp;
        File.WriteAllText(Path.Combine(folder["1"], "b"), "");

        Assert.NotEqual(before, grown);
        Assert.NotEqual(grown, VersionFolder.Find(folder.Path).Single().Stamp);
    }

    private static VersionFolder V(long version, string files) => new(version, $"/models/{version}", new FolderStamp(files));
}
