using System.Text;
using Moodstream.BuildingBlocks.State;
using Moodstream.Sidecar.State;
using Moodstream.Tests.Support.BuildingBlocks;

namespace Moodstream.SidecarAdapter.Tests.Contract;

/// <summary>The contract of state over the sidecar, and what this store has beyond it.</summary>
[TestCaseOrderer(NeedsRedis.Type, NeedsRedis.Assembly)]
public sealed class StateOverSidecarTests(SharedRedis redis) : StateContract, IClassFixture<SharedRedis>, IAsyncLifetime
{
    private DoubleHarness _harness = null!; // set before each test

    protected override IStateStore Store => _harness.State;

    private SidecarStateStore Sidecar => (SidecarStateStore)_harness.State;

    public async Task InitializeAsync() => _harness = await DoubleHarness.StartAsync(redis.Server, null, []);

    public async Task DisposeAsync() => await _harness.DisposeAsync();

    [Fact]
    public async Task Apply_SeveralChanges_AreReadAsTheyWereMade()
    {
        await Store.SetAsync("apply/old", "1"u8.ToArray(), null, default).DefaultTimeout();
        await Store.SetAsync("apply/gone", "1"u8.ToArray(), null, default).DefaultTimeout();

        await Sidecar.ApplyAsync(
            [
                new("apply/new", """{"n":"9007199254740993"}"""u8.ToArray()),
                new("apply/old", "2"u8.ToArray()),
                new("apply/gone", null),
            ],
            default).DefaultTimeout();

        Assert.Equal("""{"n":"9007199254740993"}""", await TextAsync("apply/new"));
        Assert.Equal("2", await TextAsync("apply/old"));
        Assert.Null(await TextAsync("apply/gone"));
    }

    [Fact]
    public async Task Set_WithATimeToLive_GoesByItself()
    {
        Assert.True(await SetAsync("live/long", TimeSpan.FromHours(1)));
        Assert.True(await SetAsync("live/short", TimeSpan.FromSeconds(1)));

        var started = TimeProvider.System.GetTimestamp();
        while (await TextAsync("live/short") is { } left)
        {
            Assert.Equal("1", left);
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(1), "it is there still");
        }

        Assert.Equal("1", await TextAsync("live/long"));
    }

    private Task<bool> SetAsync(string key, TimeSpan timeToLive) =>
        Sidecar.SetAsync(key, "1"u8.ToArray(), null, timeToLive, default).DefaultTimeout();

    private async Task<string?> TextAsync(string key) =>
        await Store.GetAsync(key, default).DefaultTimeout() is { } entry ? Encoding.UTF8.GetString(entry.Value.Span) : null;
}
