using Moodstream.BuildingBlocks.State;
using Moodstream.Tests.Support.BuildingBlocks;

namespace Moodstream.SidecarAdapter.Tests.Contract;

/// <summary>The contract of state over the sidecar.</summary>
public sealed class StateOverSidecarTests(SharedRedis redis) : StateContract, IClassFixture<SharedRedis>, IAsyncLifetime
{
    private DoubleHarness _harness = null!; // set before each test

    protected override IStateStore Store => _harness.State;

    public async Task InitializeAsync() => _harness = await DoubleHarness.StartAsync(redis.Server, null, []);

    public async Task DisposeAsync() => await _harness.DisposeAsync();
}
