using Moodstream.Tests.Cluster;

namespace Moodstream.Faults.Tests;

/// <summary>What the cases are held to.</summary>
public sealed class FaultResultTests
{
    private static readonly FaultCase Any = new("any", _ => Task.CompletedTask);

    private static readonly FaultResult Undisturbed = new()
    {
        Case = "any",
        Published = 100,
        Scored = 99,
        Rejected = 1,
        PoisonRejected = 1,
        Poison = 1,
        Republished = 0,
        Lost = 0,
        Repeats = 0,
        CountedByTopicMood = 99,
        CountedByDashboard = 100,
        Relayed = 99,
        Recovery = TimeSpan.Zero,
        DidWrong = 0,
        Peak = ("any", 0),
    };

    [Fact]
    public void Broken_NothingWentWrong_IsABrokenPromiseOfEachCaseThatSidecarsDo()
    {
        var cases = FaultCases.All.Where(c => c.NeedsDouble).ToList();

        Assert.Empty(Undisturbed.Broken(Any, 100, TimeSpan.FromSeconds(30)));
        Assert.NotEmpty(cases);
        Assert.All(cases, c => Assert.Contains("not felt", Assert.Single(Undisturbed.Broken(c, 100, TimeSpan.FromSeconds(30))), StringComparison.Ordinal));
    }

    [Fact]
    public void Broken_APostDidNotReachTheChannel_IsSaid() => Assert.Equal(
        ["98 posts reached the channel, 99 were scored"],
        (Undisturbed with { Relayed = 98 }).Broken(Any, 100, TimeSpan.FromSeconds(30)));

    [Fact]
    public void Broken_DashboardCountsFewer_IsSaidUnlessItWasStartedAgain()
    {
        var result = Undisturbed with { CountedByDashboard = 40 };

        Assert.Single(result.Broken(Any, 100, TimeSpan.FromSeconds(30)));
        Assert.Empty(result.Broken(Any with { RestartsDashboard = true }, 100, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Kill_OfAProcessThatHasEnded_Throws()
    {
        using var folder = new TemporaryFolder();
        using var process = new ServiceProcess("brief", ["sleep", "60"], new Dictionary<string, string>(), folder["log"]);
        process.Start();
        await process.KillAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(process.KillAsync);
        await Assert.ThrowsAsync<InvalidOperationException>(process.TerminateAsync);
    }
}
