using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Tests.Support.BuildingBlocks;

namespace Moodstream.SidecarAdapter.Tests.Contract;

/// <summary>The contract of pub/sub in batches over the sidecar.</summary>
[TestCaseOrderer(NeedsRedis.Type, NeedsRedis.Assembly)]
public sealed class BulkPubSubOverSidecarTests(SharedRedis redis) : BulkPubSubContract, IClassFixture<SharedRedis>
{
    protected override async Task<IPubSubHarness> StartAsync(params SubscriptionBinding[] bindings) =>
        await DoubleHarness.StartAsync(redis.Server, null, bindings);
}
