using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Tests.Support.BuildingBlocks;

namespace Moodstream.SidecarAdapter.Tests.Contract;

/// <summary>The contract of pub/sub over the sidecar.</summary>
[TestCaseOrderer(NeedsRedis.Type, NeedsRedis.Assembly)]
public sealed class PubSubOverSidecarTests(SharedRedis redis) : PubSubContract, IClassFixture<SharedRedis>
{
    protected override async Task<IPubSubHarness> StartAsync(
        int? deadLetterAfter, params SubscriptionBinding[] bindings) =>
        await DoubleHarness.StartAsync(redis.Server, deadLetterAfter, bindings);
}
