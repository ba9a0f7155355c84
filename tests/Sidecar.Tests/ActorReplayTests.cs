using Moodstream.Sidecar.Tests.Replays;

namespace Moodstream.Sidecar.Tests;

/// <summary>Tests in which seconds count: nothing else of this assembly runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public class TimedTests
{
    public const string Name = "timed";
}

/// <summary>Recordings of actors, played against the double.</summary>
[Collection(TimedTests.Name)]
public class ActorReplayTests
{
    [RedisFact]
    public Task Replay_08aActors_SameLife() => ActorReplays.LifeAsync(SidecarKind.InProcess);
}

/// <summary>The same recordings against the real sidecar, which needs its control plane as well.</summary>
public class DaprdActorReplayTests
{
    [DaprdFact(controlPlane: true)]
    public Task Daprd_08aActors_AsRecorded() => ActorReplays.LifeAsync(SidecarKind.Daprd);
}

/// <summary>What each recording needs beside its listed events.</summary>
internal static class ActorReplays
{
    public static async Task LifeAsync(SidecarKind kind)
    {
        await using var replay = new Replay("08a-actors", kind) { Paced = true };
        replay.Hurry.Add(63); // removes the timer 40 ms before its third tick
        replay.Before[79] = () => replay.StartAsync("daprd");
        await replay.RunAsync("daprd");
    }
}

/// <summary>
/// 08c-actors-two-hosts: which id lives where differs from run to run, so what is held to the recording is what it says
/// of all ids: they answer, how soon, from where, and who is told to deactivate what.
/// </summary>
[Collection(TimedTests.Name)]
public class TwoHostsTests
{
    [RedisFact]
    public async Task Kill9_OfAHost_IdsAnswerFromTheOtherAfterOneRetry()
    {
        await using var hosts = await TwoHosts.StartAsync();
        var before = await hosts.CallAllAsync("b").DefaultTimeout();

        await hosts.Sidecar("a").DisposeAsync();
        var after = await hosts.CallAllAsync("b").DefaultTimeout();

        // Recorded: 1.02 s, no caller saw an error; those that lived on b answered at once.
        Assert.All(after.Values, a => Assert.Equal(("b", 0), (a.Host, a.Refused)));
        Assert.All(after.Where(a => before[a.Key].Host == "a"), a => Assert.InRange(a.Value.Seconds, 0.3, 15));
        Assert.Empty(hosts.Deactivations);

        // Back, it takes ids again, and the other is told to let go of them.
        await hosts.StartHostAsync("a");
        await hosts.UntilSpreadAsync().DefaultTimeout();
        Assert.All(hosts.Deactivations, d => Assert.Equal("b", d.Host));
        Assert.All(hosts.Deactivations, d => Assert.Contains(("Content-Type", "application/x-protobuf"), d.Request.Headers));
        var moved = (await hosts.CallAllAsync("a")).Where(a => a.Value.Host == "a").Select(a => $"/actors/Counter/id{a.Key}");
        Assert.Equal(moved.Order(StringComparer.Ordinal), hosts.Deactivations.Select(d => d.Request.Path).Order(StringComparer.Ordinal));
        Assert.Equal(1, hosts.MostInOneActor);
    }

    [RedisFact]
    public async Task Sigterm_OfAHost_DeactivatesItsActorsAndIdsAnswerAtOnce()
    {
        await using var hosts = await TwoHosts.StartAsync();
        var before = await hosts.CallAllAsync("b").DefaultTimeout();

        var code = await hosts.Sidecar("a").StopAsync().DefaultTimeout();
        var after = await hosts.CallAllAsync("b").DefaultTimeout();

        // Recorded: 0.05 s, no error, a DELETE for each id to the app that had it, exit code 0.
        Assert.Equal(0, code);
        Assert.All(after.Values, a => Assert.Equal(("b", 0), (a.Host, a.Refused)));
        Assert.All(after.Values, a => Assert.InRange(a.Seconds, 0, 15));
        Assert.Equal(
            before.Where(b => b.Value.Host == "a").Select(b => ("a", $"/actors/Counter/id{b.Key}")).OrderBy(d => d.Item2, StringComparer.Ordinal),
            hosts.Deactivations.Select(d => (d.Host, d.Request.Path)).OrderBy(d => d.Path, StringComparer.Ordinal));
    }

    [RedisFact]
    public async Task DeadApp_OfAHostWithHealthChecks_IsRefusedUntilItsIdsMove()
    {
        await using var hosts = await TwoHosts.StartAsync();
        await hosts.Sidecar("a").StopAsync().DefaultTimeout();
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
