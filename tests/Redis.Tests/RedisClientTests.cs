using System.Text;

namespace Moodstream.Redis.Tests;

/// <summary>Against a real redis-server.</summary>
public sealed class RedisClientTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [RedisFact]
    public async Task Stream_AddRangeDelete_AreWhatRedisHolds()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = new RedisClient(RedisAddress.Parse(server.Endpoint));
        var data = Encoding.UTF8.GetBytes("{\"text\":\"a\r\nb 😍\"}");

        var first = await client.AddAsync("t", [new("data", data), new("metadata", "{}"u8.ToArray())], None).DefaultTimeout();
        var second = await client.AddAsync("t", [new("data", new byte[] { 0, 255 })], None).DefaultTimeout();

        Assert.Equal(2, await client.LengthAsync("t", None).DefaultTimeout());
        Assert.Equal(Encoding.UTF8.GetString(data), (await server.CliAsync("XRANGE", "t", first, first)).Split('\n', 3)[2].Split("\nmetadata")[0]);
        var all = await client.RangeAsync("t", "-", "+", 10, None).DefaultTimeout();
        Assert.Equal([first, second], all.Select(e => e.Id));
        Assert.Equal(data, all[0]["data"]!.Value.ToArray());
        Assert.Equal([0, 255], all[1]["data"]!.Value.ToArray());
        Assert.Null(all[1]["metadata"]);
        Assert.Equal([second], (await client.RangeAsync("t", $"({first}", "+", 10, None).DefaultTimeout()).Select(e => e.Id));
        Assert.True(await client.DeleteAsync("t", first, None).DefaultTimeout());
        Assert.False(await client.DeleteAsync("t", first, None).DefaultTimeout());
        Assert.Equal(0, await client.LengthAsync("other", None).DefaultTimeout());
        Assert.Empty(await client.RangeAsync("other", "-", "+", 10, None).DefaultTimeout());
    }

    [RedisFact]
    public async Task Publish_ManyAtOnce_ReachesSubscribersInOrder()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = new RedisClient(RedisAddress.Parse(server.Endpoint));
        await using var subscriber = await RedisSubscriber.StartAsync(server.Port, "STREAM");
        var messages = Enumerable.Range(0, 1000)
            .Select(i => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes($"{i} {new string('x', i)}")).ToList();

        var receivers = await client.PublishAsync("STREAM", messages, None).DefaultTimeout();

        Assert.All(receivers, r => Assert.Equal(1, r));
        await subscriber.Messages.WhenCount(1000).DefaultTimeout();
        Assert.Equal(messages.Select(m => Encoding.UTF8.GetString(m.Span)), subscriber.Messages.Items);
        Assert.Empty(await client.PublishAsync("STREAM", [], None).DefaultTimeout());
        Assert.Equal([0L], await client.PublishAsync("stream", messages[..1], None).DefaultTimeout());
    }

    [RedisFact]
    public async Task Call_AfterKillAndRestart_ConnectsAnew()
    {
        await using var server = await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", "always");
        await using var client = new RedisClient(RedisAddress.Parse(server.Endpoint));
        await client.AddAsync("t", [new("data", "1"u8.ToArray())], None).DefaultTimeout();

        server.Kill();
        var gone = await Assert.ThrowsAsync<RedisException>(() => client.LengthAsync("t", None).DefaultTimeout());
        Assert.Equal(RedisFailure.Unreachable, gone.Failure);
        Assert.Contains(server.Endpoint, gone.Message, StringComparison.Ordinal);

        await server.RestartAsync();
        Assert.Equal(1, await client.LengthAsync("t", None).DefaultTimeout());
    }

    [RedisFact]
    public async Task Call_ServerHungUpWhileIdle_ConnectsAnewAtOnce()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = new RedisClient(RedisAddress.Parse(server.Endpoint));
        await client.PingAsync(None).DefaultTimeout();

        await server.CliAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");

        await client.PingAsync(None).DefaultTimeout();
    }

    [RedisFact]
    public async Task Call_NoAnswer_TimesOutAndDoesNotMixUpAnswers()
    {
        await using var server = await RedisServer.StartAsync();
        var time = new SignallingTimeProvider();
        await using var client = new RedisClient(RedisAddress.Parse(server.Endpoint), time: time);
        await client.PingAsync(None).DefaultTimeout();
        var timers = time.Timers.Items.Count;

        server.Freeze();
        var call = client.LengthAsync("t", None);
        await time.Timers.WhenCount(timers + 1).DefaultTimeout();
        time.Advance(new RedisClientOptions().CallTimeout);
        var failure = await Assert.ThrowsAsync<RedisException>(() => call.DefaultTimeout());
        server.Thaw();

        Assert.Equal(RedisFailure.TimedOut, failure.Failure);
        await client.PingAsync(None).DefaultTimeout(); // an answer of XLEN left over would be no PONG
    }

    [RedisFact]
    public async Task Call_Cancelled_SaysSoAndTheNextWorks()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = new RedisClient(RedisAddress.Parse(server.Endpoint));
        await client.PingAsync(None).DefaultTimeout();
        using var cancelled = new CancellationTokenSource();

        server.Freeze();
        var call = client.LengthAsync("t", cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.DefaultTimeout());
        server.Thaw();

        await client.PingAsync(None).DefaultTimeout();
    }

    [RedisFact]
    public async Task Password_RightOrWrong_IsTakenOrRefusedAndNeverTold()
    {
        await using var server = await RedisServer.StartAsync(
            "--requirepass", "se cret", "--user", "relay", "on", ">word", "+@all", "~*", "&*");

        await using var none = new RedisClient(RedisAddress.Parse(server.Endpoint));
        await using var wrong = new RedisClient(RedisAddress.Parse($"redis://:hushhush@{server.Endpoint}"));
        await using var right = new RedisClient(RedisAddress.Parse($"redis://:se%20cret@{server.Endpoint}/1"));
        await using var user = new RedisClient(RedisAddress.Parse($"redis://relay:word@{server.Endpoint}"));

        Assert.Equal("NOAUTH", (await Assert.ThrowsAsync<RedisException>(() => none.PingAsync(None).DefaultTimeout())).Code);
        var refused = await Assert.ThrowsAsync<RedisException>(() => wrong.PingAsync(None).DefaultTimeout());
        Assert.Equal("WRONGPASS", refused.Code);
        Assert.DoesNotContain("hushhush", refused.ToString(), StringComparison.Ordinal);
        await right.PingAsync(None).DefaultTimeout();
        await user.PingAsync(None).DefaultTimeout();
    }

    [RedisFact]
    public async Task Call_ServerRefuses_SaysWhyAndTheConnectionGoesOn()
    {
        await using var server = await RedisServer.StartAsync("--maxmemory", "1mb", "--maxmemory-policy", "noeviction");
        await using var client = new RedisClient(RedisAddress.Parse(server.Endpoint));
        await server.CliAsync("SET", "text", "1");

        Assert.Equal("WRONGTYPE", (await Refusal(client.LengthAsync("text", None))).Code);
        await server.CliAsync("CONFIG", "SET", "maxmemory", "1");
        Assert.Equal("OOM", (await Refusal(client.AddAsync("t", [new("data", "1"u8.ToArray())], None))).Code);
        await client.PingAsync(None).DefaultTimeout();
        Assert.Equal("noeviction", await client.ConfigAsync("maxmemory-policy", None).DefaultTimeout());
        Assert.Null(await client.ConfigAsync("no-such-setting", None).DefaultTimeout());
        Assert.Matches(@"^\d+\.\d+\.\d+$", await client.InfoAsync("server", "redis_version", None).DefaultTimeout());
    }

    [RedisFact]
    public async Task Answer_OverTheLimit_IsRefusedAndTheNextCallWorks()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = new RedisClient(
            RedisAddress.Parse(server.Endpoint), new RedisClientOptions { MaxReplyBytes = 1000 });
        await client.AddAsync("t", [new("data", new byte[2000])], None).DefaultTimeout();

        var failure = await Assert.ThrowsAsync<RedisException>(() => client.RangeAsync("t", "-", "+", 10, None).DefaultTimeout());

        Assert.Equal(RedisFailure.Protocol, failure.Failure);
        await client.PingAsync(None).DefaultTimeout();
    }

    [RedisFact]
    public async Task Calls_AtOnce_EachGetItsOwnAnswer()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = new RedisClient(RedisAddress.Parse(server.Endpoint));
        for (var i = 1; i <= 20; i++)
        {
            for (var j = 0; j < i; j++)
            {
                await client.AddAsync($"t{i}", [new("data", "1"u8.ToArray())], None).DefaultTimeout();
            }
        }

        var lengths = await Task.WhenAll(Enumerable.Range(1, 20).Select(i => client.LengthAsync($"t{i}", None))).DefaultTimeout();

        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), lengths);
    }

    [Fact]
    public async Task Call_NobodyListens_IsUnreachable()
    {
        await using var client = new RedisClient(RedisAddress.Parse("127.0.0.1:1"));

        var failure = await Assert.ThrowsAsync<RedisException>(() => client.PingAsync(None).DefaultTimeout());

        Assert.Equal(RedisFailure.Unreachable, failure.Failure);
    }

    private static Task<RedisException> Refusal(Task call) => Assert.ThrowsAsync<RedisException>(() => call.DefaultTimeout());
}
