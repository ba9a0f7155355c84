using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Moodstream.Contracts;

namespace Moodstream.Dashboard.Tests;

/// <summary>The event stream as a client sees it.</summary>
public sealed class LiveTests
{
    private static readonly TimeSpan Flush = new DashboardOptions().FlushInterval;

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Connect_First_GetsARetryHintAndASnapshot()
    {
        await using var host = await DashboardHost.StartAsync(_clock);
        await host.DeliverAsync(
            Some.Scored("a", topics: ["fed"]), Some.Scored("b"), Some.Status(published: 5, inFlight: 3));

        using var reader = await host.ConnectAsync();

        Assert.Equal(new SseEvent("retry", "1000"), await reader.NextAsync());
        var snapshot = await reader.NextAsync("snapshot");
        Assert.Equal("connected", snapshot.GetProperty("reason").GetString());
        Assert.Equal(["a", "b"], SseReader.PostIds(snapshot));
        Assert.Equal(2, snapshot.GetProperty("state").GetProperty("mood").GetProperty("posts").GetInt64());
        Assert.Equal(3, snapshot.GetProperty("state").GetProperty("intake").GetProperty("inFlight").GetInt64());
        Assert.EndsWith("-2", reader.LastEventId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_First_GetsTheNewestFewOnly()
    {
        await using var host = await DashboardHost.StartAsync(_clock, options: ("SnapshotPosts", "2"));
        await host.DeliverAsync(Some.Scored("a"), Some.Scored("b"), Some.Scored("c"));

        using var reader = await host.ConnectAsync();

        var snapshot = await reader.NextAsync("snapshot");
        Assert.Equal(["b", "c"], SseReader.PostIds(snapshot));
        Assert.Equal(0, snapshot.GetProperty("missed").GetInt64());
    }

    [Fact]
    public async Task Stream_PostsWithinOneFlush_TravelTogether()
    {
        await using var host = await DashboardHost.StartAsync(_clock);
        using var reader = await host.ConnectAsync();
        await reader.NextAsync("snapshot");

        await host.DeliverAsync([.. Enumerable.Range(0, 100).Select(n => Some.Scored($"{n}"))]);
        _clock.Advance(Flush);

        Assert.Equal(100, SseReader.PostIds(await reader.NextAsync("posts")).Count);
    }

    [Fact]
    public async Task Stream_TenThousandPosts_EveryOneReachesTheClientOnceInOrder()
    {
        await using var host = await DashboardHost.StartAsync(options: ("FlushInterval", "00:00:00.010"));
        using var reader = await host.ConnectAsync();
        await reader.NextAsync("snapshot");
        const int Posts = 10_000;

        var received = new List<string>();
        for (var n = 0; n < Posts; n += 1000)
        {
            await host.DeliverAsync([.. Enumerable.Range(n, 1000).Select(i => Some.Scored($"{i}"))]);
            while (received.Count < n + 1000)
            {
                received.AddRange(SseReader.PostIds(await reader.NextAsync("posts")));
            }
        }

        Assert.Equal(Enumerable.Range(0, Posts).Select(i => $"{i}"), received);
    }

    [Fact]
    public async Task Stream_TwoClients_GetTheSame()
    {
        await using var host = await DashboardHost.StartAsync(_clock);
        using var one = await host.ConnectAsync();
        using var other = await host.ConnectAsync();
        await one.NextAsync("snapshot");
        await other.NextAsync("snapshot");

        await host.DeliverAsync(Some.Scored("a"));
        _clock.Advance(Flush);

        Assert.Equal((await one.NextAsync("posts")).GetRawText(), (await other.NextAsync("posts")).GetRawText());
    }

    [Fact]
    public async Task Stream_CountsChanged_AreSentWithTheServersTime()
    {
        await using var host = await DashboardHost.StartAsync(_clock);
        using var reader = await host.ConnectAsync();
        await reader.NextAsync("snapshot");

        await host.DeliverAsync(Some.Rejected("a", RejectReason.Unscorable));
        _clock.Advance(new DashboardOptions().StatsInterval); // and no further: the counts say when they went out

        var stats = await reader.NextAsync("stats");
        Assert.Equal(1, stats.GetProperty("state").GetProperty("rejected").GetProperty("unscorable").GetInt64());
        Assert.Equal(_clock.GetUtcNow(), stats.GetProperty("now").GetDateTimeOffset());
    }

    [Fact]
    public async Task Stream_NothingHappens_SendsAHeartbeat()
    {
        await using var host = await DashboardHost.StartAsync(_clock);
        using var reader = await host.ConnectAsync();
        await reader.NextAsync("snapshot");
        _clock.Advance(TimeSpan.FromSeconds(1)); // the first counts
        await reader.NextAsync("stats");

        _clock.Advance(TimeSpan.FromSeconds(16));

        Assert.Equal(new SseEvent(":", "beat"), await reader.NextAsync());
    }

    [Fact]
    public async Task Stream_PostDeleted_SaysSoAndForgetsIt()
    {
        await using var host = await DashboardHost.StartAsync(_clock);
        await host.DeliverAsync(Some.Scored("a", "regretted"), Some.Scored("b"));
        using var reader = await host.ConnectAsync();
        await reader.NextAsync("snapshot");

        await host.DeliverAsync(Some.Deleted("a"));
        _clock.Advance(Flush);

        var posts = await reader.NextAsync("posts");
        Assert.Equal("a", posts.GetProperty("deleted")[0].GetString());
        using var late = await host.ConnectAsync();
        Assert.Equal(["b"], SseReader.PostIds(await late.NextAsync("snapshot")));
    }

    [Theory]
    [InlineData("<script>alert(1)</script>\r\n\r\nevent: snapshot\r\ndata: {}\r\n\r\n")]
    [InlineData("\"}],\"deleted\":[\"x\"]}\n\nid: 1\n")]
    [InlineData("\u2028\u2029\0\u0001\u202e\ufffe")]
    public async Task Stream_HostileText_ArrivesAsItWas(string text)
    {
        await using var host = await DashboardHost.StartAsync(_clock);
        await host.DeliverAsync(Some.Scored("id\n\nevent: x", text));

        using var reader = await host.ConnectAsync();

        var post = (await reader.NextAsync("snapshot")).GetProperty("posts")[0];
        Assert.Equal(text, post.GetProperty("text").GetString());
        Assert.Equal("id\n\nevent: x", post.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Connect_BeyondTheLimit_IsRefusedInWords()
    {
        await using var host = await DashboardHost.StartAsync(_clock, options: ("MaxClients", "1"));
        using var first = await host.ConnectAsync();
        using var client = host.CreateClient();

        using var response = await client.GetAsync("/events").DefaultTimeout();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync().DefaultTimeout();
        Assert.Contains("1 pages are open, which is the limit", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_WithOpenStreams_EndsThemAtOnce()
    {
        await using var host = await DashboardHost.StartAsync(_clock);
        using var reader = await host.ConnectAsync();
        await reader.NextAsync("snapshot");

        var watch = Stopwatch.StartNew();
        await host.StopAsync().DefaultTimeout();

        Assert.Null(await reader.NextAsync());
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Stop_WithAClientThatDoesNotRead_DoesNotWaitForIt()
    {
        await using var host = await DashboardHost.StartAsync(options: ("SnapshotPosts", "1000"));
        await host.DeliverAsync(Long(0, 1000));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, host.Address.Port).DefaultTimeout();
        await socket.SendAsync("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray()).DefaultTimeout();
        await socket.ReceiveAsync(new byte[1]).DefaultTimeout();
        await host.DeliverAsync(Long(1000, 5000));

        var watch = Stopwatch.StartNew();
        await host.StopAsync().DefaultTimeout();

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task State_AsJson_IsTheSnapshot()
    {
        await using var host = await DashboardHost.StartAsync(_clock);
        await host.DeliverAsync(Some.Scored("a"), Some.Status(published: 1));
        using var client = host.CreateClient();

        var json = await client.GetStringAsync("/api/state").DefaultTimeout();

        using var reader = await host.ConnectAsync();
        Assert.Equal((await reader.NextAsync("snapshot")).GetRawText(), json);
    }

    // 3 KB each: more of them than a socket takes in unread.
    private static ScoredPost[] Long(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(n => Some.Scored($"{n}", new string('語', 1000)))];
}
