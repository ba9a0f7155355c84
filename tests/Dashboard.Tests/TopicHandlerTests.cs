using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;

namespace Moodstream.Dashboard.Tests;

/// <summary>What comes on the topics, sound or not.</summary>
public sealed class TopicHandlerTests
{
    private const string Sound =
        """
        {"post":{"id":"a","source":"sample","text":"hi",
        "createdAt":"2026-01-02T03:04:05Z","receivedAt":"2026-01-02T03:04:05Z"},
        "sentiment":{"label":"neutral","negative":0.1,"neutral":0.8,"positive":0.1,"score":0},
        "model":{"name":"m","version":1},"tokens":3,"truncated":false,"scoredAt":"2026-01-02T03:04:05Z","added":"later"}
        """;

    [Fact]
    public async Task Handle_SoundPost_IsCounted()
    {
        await using var host = await DashboardHost.StartAsync(new ManualTimeProvider());

        var outcomes = await host.DeliverTextAsync(Topics.Scored, Sound);

        Assert.Equal([EventOutcome.Processed], outcomes);
        Assert.Equal(1, await host.CountAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"post\":null}")]
    [InlineData("not json")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    public async Task Handle_NotAPost_IsDoneWithAndTheRestGoesOn(string json)
    {
        await using var host = await DashboardHost.StartAsync(new ManualTimeProvider());

        var outcomes = await host.DeliverTextAsync(Topics.Scored, json, Sound);

        Assert.Equal([EventOutcome.Processed, EventOutcome.Processed], outcomes);
        Assert.Equal(1, await host.CountAsync());
    }

    [Theory]
    [InlineData("\"id\":\"a\"", "\"id\":null")]
    [InlineData("\"id\":\"a\"", "\"id\":\"\"")]
    [InlineData("\"text\":\"hi\"", "\"text\":null")]
    [InlineData("\"text\":\"hi\"", "\"text\":\"\\ud83d\"")]
    [InlineData("\"source\":\"sample\"", "\"source\":null")]
    [InlineData("\"neutral\",", "7,")]
    [InlineData("\"negative\":0.1", "\"negative\":-0.1")]
    [InlineData("\"positive\":0.1", "\"positive\":1.5")]
    [InlineData("{\"name\":\"m\",\"version\":1}", "null")]
    [InlineData("2026-01-02T03:04:05Z", "yesterday")]
    public async Task Handle_PostWithOneMemberWrong_IsNotCounted(string right, string wrong)
    {
        await using var host = await DashboardHost.StartAsync(new ManualTimeProvider());
        Assert.Contains(right, Sound, StringComparison.Ordinal);

        var outcomes = await host.DeliverTextAsync(
            Topics.Scored, Sound.Replace(right, wrong, StringComparison.Ordinal));

        Assert.Equal([EventOutcome.Processed], outcomes);
        Assert.Equal(0, await host.CountAsync());
    }

    [Fact]
    public async Task Handle_IdLongerThanTheBound_IsNotRemembered()
    {
        await using var host = await DashboardHost.StartAsync(new ManualTimeProvider());

        await host.DeliverAsync(Some.Scored(new string('i', 513)), Some.Scored(new string('i', 512)));

        Assert.Equal(1, await host.CountAsync());
    }

    [Fact]
    public async Task Handle_EventLargerThanTheBound_IsNotRead()
    {
        await using var host = await DashboardHost.StartAsync(new ManualTimeProvider());

        await host.DeliverAsync(Some.Scored("a", new string('x', 1024 * 1024)));

        Assert.Equal(0, await host.CountAsync());
    }

    [Theory]
    [InlineData(Topics.Rejected, """{"id":"a","reason":9,"detail":"","rejectedAt":"2026-01-02T03:04:05Z"}""")]
    [InlineData(Topics.Rejected, """{"id":null,"reason":"refused","detail":"","rejectedAt":"2026-01-02T03:04:05Z"}""")]
    [InlineData(Topics.Deleted, """{"id":null,"source":"x","deletedAt":"2026-01-02T03:04:05Z"}""")]
    [InlineData(Topics.Deleted, "null")]
    [InlineData(Topics.IngestStatus, "{}")]
    [InlineData(Topics.Windows, "{}")]
    [InlineData(Topics.Windows, """{"topic":"a","total":1,"windows":[],"at":"2026-01-02T03:04:05Z"}""")]
    [InlineData(Topics.Windows, """{"topic":"a","total":1,"windows":[null],"at":"2026-01-02T03:04:05Z"}""")]
    [InlineData(
        Topics.Windows,
        """{"topic":"a","total":1,"windows":[{"window":"00:01:00","posts":1,"negative":0,"neutral":0,"positive":1,"mean":9}],"at":"2026-01-02T03:04:05Z"}""")]
    [InlineData(
        Topics.Shifts,
        """{"topic":"a","from":-2,"to":0,"window":"00:01:00","posts":1,"significance":0,"at":"2026-01-02T03:04:05Z"}""")]
    [InlineData(
        Topics.Shifts,
        """{"topic":"","from":0,"to":0,"window":"00:01:00","posts":1,"significance":0,"at":"2026-01-02T03:04:05Z"}""")]
    public async Task Handle_UnsoundOnOtherTopics_ChangesNothing(string topic, string json)
    {
        await using var host = await DashboardHost.StartAsync(new ManualTimeProvider());
        var before = await host.StateAsync();

        var outcomes = await host.DeliverTextAsync(topic, json);

        Assert.Equal([EventOutcome.Processed], outcomes);
        Assert.Equal(before.GetRawText(), (await host.StateAsync()).GetRawText());
    }

    [Fact]
    public async Task Handle_SoundWindowsAndShift_AreInTheState()
    {
        await using var host = await DashboardHost.StartAsync(new ManualTimeProvider());

        IReadOnlyList<EventOutcome> outcomes =
        [
            .. await host.DeliverTextAsync(
                Topics.Windows,
                """{"topic":"fed","total":9,"windows":[{"window":"00:01:00","posts":1,"negative":0,"neutral":0,"positive":1,"mean":0.5},{"window":"1.00:00:00","posts":4,"negative":1,"neutral":0,"positive":3,"mean":0.25}],"at":"2026-01-02T03:04:05Z"}"""),
            .. await host.DeliverTextAsync(
                Topics.Shifts,
                """{"topic":"fed","from":-0.5,"to":0.5,"window":"00:05:00","posts":120,"significance":3E-06,"at":"2026-01-02T03:04:05Z"}"""),
        ];

        Assert.Equal([EventOutcome.Processed, EventOutcome.Processed], outcomes);
        var state = await host.StateAsync();
        Assert.Equal(
            """[{"topic":"fed","total":9,"windows":[{"seconds":60,"posts":1,"mean":0.5},{"seconds":86400,"posts":4,"mean":0.25}]}]""",
            state.GetProperty("windows").GetRawText());
        Assert.Equal(
            """[{"topic":"fed","from":-0.5,"to":0.5,"seconds":300,"posts":120,"significance":3E-06,"at":"2026-01-02T03:04:05Z"}]""",
            state.GetProperty("shifts").GetRawText());
    }

    [Fact]
    public async Task Subscriptions_AreTheSixTopicsOfTheDashboard()
    {
        await using var host = await DashboardHost.StartAsync(new ManualTimeProvider());

        Assert.All(host.Subscriptions, s => Assert.Equal(Apps.Dashboard, s.App));
        Assert.Equal(
            [Topics.IngestStatus, Topics.Shifts, Topics.Windows, Topics.Deleted, Topics.Rejected, Topics.Scored],
            host.Subscriptions.Select(s => s.Topic).Order(StringComparer.Ordinal));
    }
}
