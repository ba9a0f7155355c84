using Moodstream.BuildingBlocks.Actors;
using Moodstream.Tests.Support.BuildingBlocks;

namespace Moodstream.SidecarAdapter.Tests.Contract;

/// <summary>The contract of actors over the sidecar: calls, turns and state.</summary>
[TestCaseOrderer(NeedsRedis.Type, NeedsRedis.Assembly)]
public sealed class ActorsOverSidecarTests(SharedRedis redis) : ActorContract, IClassFixture<SharedRedis>
{
    protected override async Task<IActorHarness> StartAsync(ActorBinding binding) =>
        await DoubleHarness.StartAsync(redis.Server, null, [], binding);
}

/// <summary>The contract of actors over the sidecar: reminders, timers and deactivation.</summary>
[TestCaseOrderer(NeedsRedis.Type, NeedsRedis.Assembly)]
public sealed class ActorAlarmsOverSidecarTests(SharedRedis redis) : ActorAlarmContract, IClassFixture<SharedRedis>
{
    protected override async Task<IActorHarness> StartAsync(ActorBinding binding) =>
        await DoubleHarness.StartAsync(redis.Server, null, [], binding);
}
