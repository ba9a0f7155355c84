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
