using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Moodstream.Dashboard.Tests;

public sealed class DashboardOptionsTests
{
    [Fact]
    public void Defaults_AreValid()
    {
        Assert.True(Validate(new DashboardOptions()).Succeeded);
    }

    [Fact]
    public void Defaults_RememberTwoWindowsOfTheIngestor()
    {
        Assert.Equal(2 * 4096, new DashboardOptions().RememberedIds);
    }

    [Theory]
    [InlineData("RingPosts", "1", "0")]
    [InlineData("RingPosts", "100000", "100001")]
    [InlineData("RingBytes", "65536", "65535")]
    [InlineData("RingBytes", "1073741824", "1073741825")]
    [InlineData("SnapshotPosts", "0", "-1")]
    [InlineData("SnapshotPosts", "1000", "1001")]
    [InlineData("RememberedIds", "1", "0")]
    [InlineData("RememberedIds", "1000000", "1000001")]
    [InlineData("MaxTopics", "1", "0")]
    [InlineData("MaxTopics", "10000", "10001")]
    [InlineData("MaxTextChars", "40", "39")]
    [InlineData("MaxTextChars", "65536", "65537")]
    [InlineData("MaxClients", "1", "0")]
    [InlineData("MaxClients", "10000", "10001")]
    [InlineData("FlushInterval", "00:00:00.010", "00:00:00.009")]
    [InlineData("FlushInterval", "00:00:05", "00:00:05.001")]
    [InlineData("StatsInterval", "00:00:00.100", "00:00:00.099")]
    [InlineData("StatsInterval", "00:01:00", "00:01:00.001")]
    [InlineData("HeartbeatInterval", "00:00:01", "00:00:00.999")]
    [InlineData("HeartbeatInterval", "00:10:00", "00:10:00.001")]
    [InlineData("ReconnectDelay", "00:00:00.100", "00:00:00.099")]
    [InlineData("ReconnectDelay", "00:01:00", "00:01:00.001")]
    [InlineData("AllowedHosts", "*", "")]
    public void Validate_AtEachBound_TakesTheLastValueInsideOnly(string option, string inside, string outside)
    {
        Assert.True(Validate(Bind(option, inside)).Succeeded);

        var refused = Validate(Bind(option, outside));
        Assert.True(refused.Failed);
        Assert.Contains(option, refused.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithUnknownKey_NamesIt()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => DashboardHost.StartAsync(options: ("RingPots", "1")));

        Assert.Contains("RingPots", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithTwoValuesOutOfRange_NamesBoth()
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(
            () => DashboardHost.StartAsync(options: [("MaxClients", "0"), ("MaxTopics", "0")]));

        Assert.Contains("MaxClients", exception.Message, StringComparison.Ordinal);
        Assert.Contains("MaxTopics", exception.Message, StringComparison.Ordinal);
    }

    private static DashboardOptions Bind(string option, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>(option, value)])
            .Build().Get<DashboardOptions>()!; // an empty configuration only gives null

    private static ValidateOptionsResult Validate(DashboardOptions options) =>
        new DashboardOptionsValidator().Validate(Options.DefaultName, options);
}
