using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Tests.Support.BuildingBlocks;

namespace Moodstream.BuildingBlocks.Tests.InProcess;

public sealed class InProcessPubSubTests : PubSubContract
{
    protected override async Task<IPubSubHarness> StartAsync(
        int? deadLetterAfter, params SubscriptionBinding[] bindings) =>
        await InProcessHarness.StartAsync(
            new InProcessOptions
            {
                RetryInterval = TimeSpan.FromMilliseconds(5),
                GracePeriod = TimeSpan.FromSeconds(1),
                DeadLetterAfter = deadLetterAfter,
            },
            _ => { },
            bindings);
}
