using Moodstream.Sidecar.Tests.Replays;

namespace Moodstream.Sidecar.Tests;

/// <summary>The recording of two hosts of actors, held against the double.</summary>
[Collection(TimedTests.Name)]
public class TwoHostsTests
{
    [RedisFact]
    public Task Calls_OfEachHost_AreAsRecorded() => TwoHostsCases.CallsAsync(SidecarKind.InProcess);

    [RedisFact]
    public Task Kill9_OfAHost_IdsAnswerFromTheOtherAfterOneRetry() => TwoHostsCases.KillAsync(SidecarKind.InProcess);

    [RedisFact]
    public Task Sigterm_OfAHost_DeactivatesItsActorsAndIdsAnswerAtOnce() => TwoHostsCases.StopAsync(SidecarKind.InProcess);

    [RedisFact]
    public Task DeadApp_OfAHostWithHealthChecks_IsRefusedUntilItsIdsMove() => TwoHostsCases.DeadAppAsync(SidecarKind.InProcess);
}

/// <summary>The same recording against the real sidecar, which needs its control plane as well.</summary>
[Collection(TimedTests.Name)]
public class DaprdTwoHostsTests
{
    [DaprdFact(controlPlane: true)]
    public Task Daprd_08cCallsOfEachHost_AsRecorded() => TwoHostsCases.CallsAsync(SidecarKind.Daprd);

    [DaprdFact(controlPlane: true)]
    public Task Daprd_08cKill9_AsRecorded() => TwoHostsCases.KillAsync(SidecarKind.Daprd);

    [DaprdFact(controlPlane: true)]
    public Task Daprd_08cSigterm_AsRecorded() => TwoHostsCases.StopAsync(SidecarKind.Daprd);

    [DaprdFact(controlPlane: true)]
    public Task Daprd_08cDeadApp_AsRecorded() => TwoHostsCases.DeadAppAsync(SidecarKind.Daprd);
}

/// <summary>
/// 08c-actors-two-hosts: which id lives where differs from run to run, so what is held to the recording is the form of
/// the calls, and what it says of all ids: they answer, how soon, from where, and who is told to deactivate what.
/// </summary>
internal static class TwoHostsCases
{
    public static async Task CallsAsync(SidecarKind kind)
    {
        await using var hosts = await TwoHosts.StartAsync(kind);

        // 08c lists no turns. Their form is that of the turn without a body in 08a, whose app is the same.
        var recorded = Recording.Load("08a-actors").Events.Single(e => e.Number == 7);
        foreach (var host in new[] { "a", "b" })
        {
            var own = (await hosts.CallAllAsync(host).DefaultTimeout()).First(c => c.Value.Host == host).Key;
            Assert.Equal(hosts.Masked(recorded, host), hosts.Masked(hosts.Calls[(host, $"/actors/Counter/id{own}/method/where")]));
        }

        // b lets go of what a takes when it comes back, and a of all it has when it stops.
        await hosts.StopAsync("a").DefaultTimeout();
        await hosts.CallAllAsync("b").DefaultTimeout();
        await hosts.StartHostAsync("a");
        await hosts.UntilSpreadAsync().DefaultTimeout();
        foreach (var host in new[] { "a", "b" })
        {
            var deactivations = hosts.Deactivations.Where(d => d.Host == host).ToList();
            Assert.NotEmpty(deactivations);
            Assert.All(deactivations, d => Assert.Equal(hosts.RecordedDeactivation(host), hosts.Masked(d.Request)));
        }
    }

    public static async Task KillAsync(SidecarKind kind)
    {
        await using var hosts = await TwoHosts.StartAsync(kind);
        var before = await hosts.CallAllAsync("b").DefaultTimeout();

        await hosts.KillAsync("a");
        var after = await hosts.CallAllAsync("b").DefaultTimeout();

        // Recorded: 1.02 s, no caller saw an error; those that lived on b answered at once.
        Assert.All(after.Values, a => Assert.Equal(("b", 0), (a.Host, a.Refused)));
        Assert.All(after.Where(a => before[a.Key].Host == "a"), a => Assert.InRange(a.Value.Seconds, 0.3, 15));
        Assert.Empty(hosts.Deactivations);

        // Back, it takes ids again, and the other is told to let go of them.
        await hosts.StartHostAsync("a");
        await hosts.UntilSpreadAsync().DefaultTimeout();
        Assert.All(hosts.Deactivations, d => Assert.Equal("b", d.Host));
        var moved = (await hosts.CallAllAsync("a")).Where(a => a.Value.Host == "a").Select(a => $"/actors/Counter/id{a.Key}");
        Assert.Equal(moved.Order(StringComparer.Ordinal), hosts.Deactivations.Select(d => d.Request.Path).Order(StringComparer.Ordinal));
        Assert.Equal(1, hosts.MostInOneActor);
    }

    public static async Task StopAsync(SidecarKind kind)
    {
        await using var hosts = await TwoHosts.StartAsync(kind);
        var before = await hosts.CallAllAsync("b").DefaultTimeout();

        var code = await hosts.StopAsync("a").DefaultTimeout();
        var after = await hosts.CallAllAsync("b").DefaultTimeout();

        // Recorded: 0.05 s, no error, a DELETE for each id to the app that had it, exit code 0.
        Assert.Equal(0, code);
        Assert.All(after.Values, a => Assert.Equal(("b", 0), (a.Host, a.Refused)));
        Assert.All(after.Values, a => Assert.InRange(a.Seconds, 0, 15));
        Assert.Equal(
            before.Where(b => b.Value.Host == "a").Select(b => ("a", $"/actors/Counter/id{b.Key}")).OrderBy(d => d.Item2, StringComparer.Ordinal),
            hosts.Deactivations.Select(d => (d.Host, d.Request.Path)).OrderBy(d => d.Path, StringComparer.Ordinal));
    }

    public static async Task DeadAppAsync(SidecarKind kind)
    {
        await using var hosts = await TwoHosts.StartAsync(kind);
        await hosts.StopAsync("a").DefaultTimeout();
        await hosts.StartHostAsync("a", recordedAs: "a2");
        await hosts.UntilSpreadAsync().DefaultTimeout();

        await hosts.App("a").DisposeAsync();
        var after = await hosts.CallAllAsync("b").DefaultTimeout();

        // Recorded: 500s for 1.84 to 1.89 s, then all from b.
        Assert.All(after.Values, a => Assert.Equal("b", a.Host));
        Assert.Contains(after.Values, a => a.Refused > 0);
        Assert.All(after.Values, a => Assert.InRange(a.Seconds, 0, 20));
    }
}
