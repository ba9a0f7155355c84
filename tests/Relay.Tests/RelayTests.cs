using System.Net;
using Microsoft.Extensions.Logging;

namespace Moodstream.Relay.Tests;

/// <summary>The whole relay, from the topic to a subscriber of a real redis-server.</summary>
public sealed class RelayTests
{
    [RedisFact]
    public async Task Post_Scored_ReachesTheChannelAsItCame()
    {
        await using var server = await RedisServer.StartAsync();
        await using var subscriber = await RedisSubscriber.StartAsync(server.Port, "STREAM");
        await using var host = await RelayHost.StartAsync(("Redis", server.Endpoint));
        var newer = Some.Event(Some.Text(Some.Event(Some.Scored("2"))).Insert(1, "\"addedLater\":{\"a\":[1]},"));

        await host.PublishAsync(Some.Event(Some.Scored("1", text: "a \"quote\" <b> 好")), newer);

        await subscriber.Messages.WhenCount(2).DefaultTimeout();
        Assert.Equal(
            [Some.Text(Some.Event(Some.Scored("1", text: "a \"quote\" <b> 好"))), Some.Text(newer)],
            subscriber.Messages.Items);
    }

    [RedisFact]
    public async Task Channel_WithPassword_IsTheOneConfigured()
    {
        await using var server = await RedisServer.StartAsync("--requirepass", "secret");
        await using var host = await RelayHost.StartAsync(
            ("Redis", $"redis://:secret@{server.Endpoint}"), ("Channel", "moods"));

        await using var stranger = await RelayHost.StartAsync(("Redis", server.Endpoint));
        await using var subscriber = await RedisSubscriber.StartAsync(server.Port, "moods", "-a", "secret", "--no-auth-warning");

        await host.PublishAsync(Some.Event(Some.Scored("1")));
        await subscriber.Messages.WhenCount(1).DefaultTimeout();

        // Without the password it waits, and says why.
        await stranger.PublishAsync(Some.Event(Some.Scored("1")));
        await UntilAsync(stranger, 1900);
        Assert.Contains("NOAUTH", stranger.Logs.Lines.Items.Single(l => l.Id == 1900).Message, StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task Post_DeliveredAgain_IsPublishedOnce()
    {
        await using var server = await RedisServer.StartAsync();
        await using var subscriber = await RedisSubscriber.StartAsync(server.Port, "STREAM");
        await using var host = await RelayHost.StartAsync(("Redis", server.Endpoint));
        var first = Some.Event(Some.Scored("1"));

        await host.PublishAsync(first, first);
        await host.PublishAsync(first, Some.Event(Some.Scored("1", version: 2)));
        await host.PublishAsync(Some.Event(Some.Scored("1", source: "other")), Some.Event(Some.Scored("2")));

        await subscriber.Messages.WhenCount(3).DefaultTimeout();
        Assert.Equal(3, host.Metrics["moodstream.relay.published"]);
        Assert.Equal(3, host.Metrics["moodstream.relay.repeats"]);
        Assert.Equal(1, host.Metrics["moodstream.relay.receivers"]);
    }

    [RedisFact]
    public async Task Redis_KilledAndRestarted_GetsThePost()
    {
        await using var server = await RedisServer.StartAsync();
        await using var host = await RelayHost.StartAsync(("Redis", server.Endpoint));
        server.Kill();

        await host.PublishAsync(Some.Event(Some.Scored("1")));
        await UntilAsync(host, 1900);
        Assert.Equal(HttpStatusCode.OK, await host.HealthAsync("/health/live"));
        Assert.Equal(HttpStatusCode.OK, await host.HealthAsync("/health/ready"));
        await server.RestartAsync();
        await UntilAsync(host, 1901);

        Assert.Equal(1, host.Metrics["moodstream.relay.published"]);
        Assert.True(host.Metrics["moodstream.relay.failures"] >= 1);
        Assert.Single(host.Logs.Lines.Items, l => l.Id == 1900); // once an outage, not once a try
    }

    [RedisFact]
    public async Task Redis_RefusesForAWhile_GetsEveryPostOnce()
    {
        await using var server = await RedisServer.StartAsync();
        await using var subscriber = await RedisSubscriber.StartAsync(server.Port, "STREAM");
        await using var host = await RelayHost.StartAsync(("Redis", server.Endpoint));
        await server.CliAsync("CONFIG", "SET", "requirepass", "secret"); // the subscriber is in already
        var posts = Enumerable.Range(0, 250).Select(i => Some.Event(Some.Scored($"{i}"))).ToArray();

        await host.PublishAsync(posts);
        await UntilAsync(host, 1900);
        await server.CliAsync("-a", "secret", "--no-auth-warning", "CONFIG", "SET", "requirepass", "");

        await subscriber.Messages.WhenCount(250).DefaultTimeout();
        Assert.Equal(posts.Select(Some.Text).Order(), subscriber.Messages.Items.Order());
    }

    [RedisFact]
    public async Task Event_ThatIsNoScoredPost_IsCountedAndHoldsUpNothing()
    {
        await using var server = await RedisServer.StartAsync();
        await using var subscriber = await RedisSubscriber.StartAsync(server.Port, "STREAM");
        await using var host = await RelayHost.StartAsync(("Redis", server.Endpoint));

        await host.PublishAsync(
            Some.Event("null"), Some.Event("{}"), Some.Event("not JSON"), Some.Event("[1]"),
            Some.Event(Some.Scored("")), Some.Event(Some.Scored(new string('x', 513))),
            Some.Event(Some.Scored("big", text: new string('x', 1024 * 1024))), Some.Event(Some.Scored("1")));

        await subscriber.Messages.WhenCount(1).DefaultTimeout();
        Assert.Equal(Some.Text(Some.Event(Some.Scored("1"))), Assert.Single(subscriber.Messages.Items));
        Assert.Equal(7, host.Metrics["moodstream.relay.unreadable"]);
        Assert.Contains(host.Logs.Lines.Items, l => l.Id == 1902 && l.Level == LogLevel.Warning);
    }

    private static async Task UntilAsync(RelayHost host, int logId)
    {
        var lines = host.Logs.Lines.Items;
        while (!lines.Any(l => l.Id == logId))
        {
            await host.Logs.Lines.WhenCount(lines.Count + 1).DefaultTimeout();
            lines = host.Logs.Lines.Items;
        }
    }
}
