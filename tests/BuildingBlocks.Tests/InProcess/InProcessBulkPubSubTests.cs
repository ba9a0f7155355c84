using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Tests.Support.BuildingBlocks;

namespace Moodstream.BuildingBlocks.Tests.InProcess;

public sealed class InProcessBulkPubSubTests : BulkPubSubContract
{
    protected override async Task<IPubSubHarness> StartAsync(params SubscriptionBinding[] bindings) =>
        await InProcessHarness.StartAsync(
            new InProcessOptions { RetryInterval = TimeSpan.FromMilliseconds(5) }, _ => { }, bindings);
}
