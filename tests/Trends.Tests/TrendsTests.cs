using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;
using Moodstream.Trends.Mood;

namespace Moodstream.Trends.Tests;

/// <summary>From scored posts to what the topics' actors hold, over the in-process adapters.</summary>
public sealed class TrendsTests
{
    private readonly ManualTimeProvider _time = new();

    private DateTimeOffset Now => _time.GetUtcNow();

    [Fact]
    public async Task Deliver_Posts_AreCountedOnEachOfTheirTopics()
    {
        await using var host = await TrendsHost.StartAsync(_time);

        var outcomes = await host.DeliverAsync(
            Some.Event(Some.Scored("1", ["Coffee", "tea"], Now)), Some.Event(Some.Scored("2", ["coffee"], Now, positive: 0)));

        Assert.All(outcomes, o => Assert.Equal(EventOutcome.Processed, o));
        var coffee = await host.ReadAsync("COFFEE");
        Assert.Equal(("Coffee", 2, -0.25), (coffee!.Topic, coffee.Total, coffee.Windows[0].Mean));
        Assert.Equal(1, (await host.ReadAsync("tea"))!.Total);
        Assert.Null(await host.ReadAsync("milk"));
        Assert.Equal(3, host.Metrics["moodstream.trends.posts"]);
    }

    [Fact]
    public async Task Deliver_EverythingTwiceAndOfANewModelVersion_CountsEachPostOnce()
    {
        await using var host = await TrendsHost.StartAsync(_time);
        OutgoingEvent[] posts =
        [
            .. Enumerable.Range(0, 500).SelectMany(n => new[] { 1, 1, 2 }.Select(
                version => Some.Event(Some.Scored($"{n}", ["coffee"], Now, version)))),
        ];

        foreach (var batch in posts.Chunk(77))
        {
            await host.DeliverAsync(batch);
            await host.DeliverAsync(batch);
        }

        Assert.Equal(500, (await host.ReadAsync("coffee"))!.Total);
    }

    [Fact]
    public async Task Deliver_ThroughTheBroker_IsCounted()
    {
        await using var host = await TrendsHost.StartAsync(TimeProvider.System);

        await host.PublishAsync([.. Enumerable.Range(0, 1200).Select(
            n => Some.Scored($"{n}", ["coffee"], TimeProvider.System.GetUtcNow()))]);

        MoodWindows shown;
        do
        {
            shown = await host.Windows.Reader.ReadAsync().AsTask().DefaultTimeout();
        }
        while (shown.Total < 1200);

        Assert.Equal((1200, 1200), (shown.Total, shown.Windows[0].Posts));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Deliver_SaveFails_RetriesAndCountsEachPostOnce(bool writtenAllTheSame)
    {
        var store = new FailingStore();
        await using var host = await TrendsHost.StartAsync(_time, store);
        await host.DeliverAsync(Some.Event(Some.Scored("0", ["coffee"], Now)));
        OutgoingEvent[] batch = [.. Enumerable.Range(1, 9).Select(n => Some.Event(Some.Scored($"{n}", ["coffee"], Now)))];
        store.OnWrite = _ => (true, writtenAllTheSame);

        var failed = await host.DeliverAsync(batch);
        store.OnWrite = _ => (false, true);
        var again = await host.DeliverAsync(batch);

        Assert.All(failed, o => Assert.Equal(EventOutcome.Retry, o));
        Assert.All(again, o => Assert.Equal(EventOutcome.Processed, o));
        Assert.Equal(10, (await host.ReadAsync("coffee"))!.Total);
        Assert.Equal(1, host.Metrics["moodstream.trends.failures"]);
    }

    [Fact]
    public async Task Deliver_OneTopicFails_RetriesItsPostsOnly()
    {
        var store = new FailingStore { OnWrite = key => (key.EndsWith(TopicId.Of("tea")!, StringComparison.Ordinal), true) };
        await using var host = await TrendsHost.StartAsync(_time, store);

        var outcomes = await host.DeliverAsync(
            Some.Event(Some.Scored("1", ["coffee"], Now)),
            Some.Event(Some.Scored("2", ["coffee", "tea"], Now)),
            Some.Event(Some.Scored("3", null, Now)));

        Assert.Equal([EventOutcome.Processed, EventOutcome.Retry, EventOutcome.Processed], outcomes);
    }

    [Fact]
    public async Task Deliver_WhatIsNoScoredPost_IsDoneWithAndTheRestCounts()
    {
        await using var host = await TrendsHost.StartAsync(_time);
        string[] unsound =
        [
            "", "null", "{}", "not json", "\u0000",
            """{"post":{"id":"","source":"x","text":"","createdAt":"2026-01-02T03:04:05Z","receivedAt":"2026-01-02T03:04:05Z","topics":["coffee"]},"sentiment":{"label":"neutral","negative":0,"neutral":1,"positive":0},"model":{"name":"m","version":1},"tokens":2,"truncated":false,"scoredAt":"2026-01-02T03:04:05Z"}""",
        ];

        var outcomes = await host.DeliverAsync(
        [
            .. unsound.Select(json => new OutgoingEvent("e", System.Text.Encoding.UTF8.GetBytes(json))),
            Some.Event(Some.Scored("1", ["coffee"], Now)),
        ]);

        Assert.All(outcomes, o => Assert.Equal(EventOutcome.Processed, o));
        Assert.Equal(1, (await host.ReadAsync("coffee"))!.Total);
        Assert.Equal(unsound.Length, host.Metrics["moodstream.trends.unreadable"]);
    }

    [Fact]
    public async Task Deliver_TopicTooLongOrOneTooMany_IsLeftOut()
    {
        await using var host = await TrendsHost.StartAsync(_time, options: ("MaxTopics", "1"));

        await host.DeliverAsync(Some.Event(Some.Scored("1", ["coffee", new string('x', 500), "", "tea"], Now)));

        Assert.Equal(1, (await host.ReadAsync("coffee"))!.Total);
        Assert.Null(await host.ReadAsync("tea"));
        Assert.Equal(3, host.Metrics["moodstream.trends.topics.left_out"]);
    }

    [Fact]
    public async Task Restart_CountsGoOn()
    {
        using var folder = new TemporaryFolder();
        await using (var first = await TrendsHost.StartAsync(_time, folder: folder.Path))
        {
            await first.DeliverAsync(Some.Event(Some.Scored("1", ["coffee"], Now)));
        }

        await using var second = await TrendsHost.StartAsync(_time, folder: folder.Path);
        await second.DeliverAsync(
            Some.Event(Some.Scored("1", ["coffee"], Now)), Some.Event(Some.Scored("2", ["coffee"], Now)));

        Assert.Equal(2, (await second.ReadAsync("coffee"))!.Total);
    }

    [Fact]
    public async Task Show_AfterPosts_ComesWithinTheInterval()
    {
        await using var host = await TrendsHost.StartAsync(_time);
        await host.DeliverAsync(Some.Event(Some.Scored("1", ["coffee"], Now)));

        _time.Advance(TimeSpan.FromSeconds(1));

        var shown = await host.Windows.Reader.ReadAsync().AsTask().DefaultTimeout();
        Assert.Equal(("coffee", 1, 1), (shown.Topic, shown.Total, shown.Windows[0].Posts));
    }

    [Fact]
    public async Task Remind_NothingArrivesAndAfterARestart_RollsTheWindows()
    {
        using var folder = new TemporaryFolder();
        await using (var first = await TrendsHost.StartAsync(_time, folder: folder.Path))
        {
            await first.DeliverAsync(Some.Event(Some.Scored("1", ["coffee"], Now)));
        }

        await using var second = await TrendsHost.StartAsync(_time, folder: folder.Path);
        _time.Advance(TimeSpan.FromSeconds(61));

        var shown = await second.Windows.Reader.ReadAsync().AsTask().DefaultTimeout();
        Assert.Equal([0, 1, 1, 1], shown.Windows.Select(w => (int)w.Posts));
    }

    [Fact]
    public async Task Shift_InAMinute_IsPublishedOnceThoughTheTurnIsRepeated()
    {
        var store = new FailingStore();
        await using var host = await TrendsHost.StartAsync(_time, store);
        await DeliverMinuteAsync(host, "before", positive: 0.1f);
        await DeliverMinuteAsync(host, "after", positive: 0.9f);
        OutgoingEvent next = Some.Event(Some.Scored("next", ["coffee"], Now));
        store.OnWrite = _ => (true, false);

        await host.DeliverAsync(next);
        store.OnWrite = _ => (false, true);
        await host.DeliverAsync(next);
        await host.DeliverAsync(Some.Event(Some.Scored("last", ["coffee"], Now)));

        // Two turns that failed, and no more than one of the topic's timer among them.
        var first = await host.Shifts.Reader.ReadAsync().AsTask().DefaultTimeout();
        List<MoodShift> repeated = [await host.Shifts.Reader.ReadAsync().AsTask().DefaultTimeout()];
        while (host.Shifts.Reader.TryRead(out var more))
        {
            repeated.Add(more);
        }

        Assert.InRange(repeated.Count, 1, 2);
        Assert.All(repeated, shift => Assert.Equal(first, shift));
        Assert.Equal(("coffee", -0.8, 0.8, TimeSpan.FromMinutes(1), 60), (first.Topic, first.From, first.To, first.Window, first.Posts));
    }

    [Fact]
    public async Task Shift_NothingArrivesAfterIt_IsFoundByTheReminder()
    {
        await using var host = await TrendsHost.StartAsync(_time);
        await DeliverMinuteAsync(host, "before", positive: 0.1f);
        await DeliverMinuteAsync(host, "after", positive: 0.9f);

        for (var minute = 0; minute < 2; minute++)
        {
            _time.Advance(TimeSpan.FromSeconds(61));
            await host.ReadAsync("coffee");
        }

        Assert.Equal("coffee", (await host.Shifts.Reader.ReadAsync().AsTask().DefaultTimeout()).Topic);
        Assert.False(host.Shifts.Reader.TryRead(out _));
    }

    [Fact]
    public async Task State_OfANewerVersion_KeepsThePostsWaitingAndSaysWhy()
    {
        var store = new FailingStore();
        await store.SetAsync(
            $"actor/trends/TopicMood/{TopicId.Of("coffee")}",
            """{"version":1,"state":{"mood":{"value":{"version":99}}}}"""u8.ToArray(),
            null,
            default);
        await using var host = await TrendsHost.StartAsync(_time, store);

        var outcomes = await host.DeliverAsync(Some.Event(Some.Scored("1", ["coffee"], Now)));

        Assert.Equal([EventOutcome.Retry], outcomes);
        Assert.Contains(host.Logs.Lines.Items, l => l.Message.Contains("version 99", StringComparison.Ordinal));
    }

    [Fact]
    public async Task State_Damaged_IsKeptAsideAndHoldsNobodyUp()
    {
        var store = new FailingStore();
        var key = $"actor/trends/TopicMood/{TopicId.Of("coffee")}";
        await store.SetAsync(key, """{"version":1,"state":{"mood":{"value":{"version":2,"topic":7}}}}"""u8.ToArray(), null, default);
        await using var host = await TrendsHost.StartAsync(_time, store);

        var outcomes = await host.DeliverAsync(
            Some.Event(Some.Scored("1", ["coffee"], Now)), Some.Event(Some.Scored("2", ["tea"], Now)));
        await host.DeliverAsync(Some.Event(Some.Scored("3", ["coffee"], Now)));

        Assert.All(outcomes, o => Assert.Equal(EventOutcome.Processed, o));
        Assert.Equal(2, (await host.ReadAsync("coffee"))!.Total);
        var kept = System.Text.Encoding.UTF8.GetString((await store.GetAsync(key, default))!.Value.Value.Span);
        Assert.Contains("""
            "mood.damaged":{"value":{"version":2,"topic":7}}
            """, kept, StringComparison.Ordinal);
        Assert.Single(host.Logs.Lines.Items, l => l.Message.Contains("kept as mood.damaged", StringComparison.Ordinal));
        Assert.Equal(1, host.Metrics["moodstream.trends.damaged"]);
    }

    [Theory]
    [InlineData("nothing", "", ActorCallFailure.UnknownMethod)]
    [InlineData("add", "", ActorCallFailure.Failed)]
    [InlineData("add", "null", ActorCallFailure.Failed)]
    [InlineData("add", """{"topic":"coffee"}""", ActorCallFailure.Failed)]
    [InlineData("add", """{"topic":"coffee","posts":[{"id":"1"}]}""", ActorCallFailure.Failed)]
    public async Task Call_Unsound_IsRefusedAndChangesNothing(string method, string body, ActorCallFailure failure)
    {
        await using var host = await TrendsHost.StartAsync(_time);

        var refused = await Assert.ThrowsAsync<ActorCallException>(
            () => host.CallAsync("coffee", method, System.Text.Encoding.UTF8.GetBytes(body)));

        Assert.Equal(failure, refused.Failure);
        Assert.Null(await host.ReadAsync("coffee"));
    }

    [Fact]
    public void Options_Defaults_AreTheDocumentedOnes()
    {
        var options = new TrendsOptions();

        Assert.Equal((1000, TimeSpan.FromSeconds(1)), (options.MaxTopics, options.ShowInterval));
        Assert.Equal((1e-4, 0.1), (options.ShiftSignificance, options.ShiftSize));
    }

    [Theory]
    [InlineData("MaxTopics", "10000", true)]
    [InlineData("MaxTopics", "10001", false)]
    [InlineData("MaxTopics", "0", false)]
    [InlineData("ShowInterval", "00:00:00.100", true)]
    [InlineData("ShowInterval", "00:00:00.099", false)]
    [InlineData("ShowInterval", "00:01:01", false)]
    [InlineData("ShiftSignificance", "0.1", true)]
    [InlineData("ShiftSignificance", "0.11", false)]
    [InlineData("ShiftSignificance", "0", false)]
    [InlineData("ShiftSize", "2", true)]
    [InlineData("ShiftSize", "-0.01", false)]
    [InlineData("MaxTopic", "1", false)]
    public async Task Start_Option_IsTakenOrNamed(string option, string value, bool expected)
    {
        if (expected)
        {
            await using var host = await TrendsHost.StartAsync(_time, options: (option, value));
            return;
        }

        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => TrendsHost.StartAsync(_time, options: (option, value)));
        Assert.Contains(option, error.Message, StringComparison.Ordinal);
    }

    // Sixty posts in the minute that begins next, and then time to the next minute's eleventh second.
    private async Task DeliverMinuteAsync(TrendsHost host, string name, float positive)
    {
        var minute = new DateTimeOffset(Now.UtcTicks - (Now.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero).AddMinutes(1);
        _time.Advance(minute.AddSeconds(59) - Now);
        await host.DeliverAsync([.. Enumerable.Range(0, 60).Select(
            n => Some.Event(Some.Scored($"{name}{n}", ["coffee"], minute.AddMilliseconds(n), positive: positive)))]);
        _time.Advance(TimeSpan.FromSeconds(12));
    }
}
