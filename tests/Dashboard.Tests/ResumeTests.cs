using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Moodstream.Dashboard.Live;

namespace Moodstream.Dashboard.Tests;

/// <summary>Clients that come back, and clients that fall behind.</summary>
public sealed class ResumeTests
{
    private static readonly TimeSpan Flush = new DashboardOptions().FlushInterval;

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Connect_WithALastEventId_GoesOnBehindIt()
    {
        await using var host = await DashboardHost.StartAsync(_clock);
        await host.DeliverAsync(Some.Scored("seen"));
        var lastEventId = await LeaveAsync(host);
        await host.DeliverAsync(Some.Scored("missed 1"), Some.Scored("missed 2"));

        using var reader = await host.ConnectAsync(lastEventId);

        Assert.Equal("retry", (await reader.NextAsync())!.Name);
        var next = await reader.NextAsync();
        Assert.Equal("posts", next!.Name);
        Assert.Equal(["missed 1", "missed 2"], SseReader.PostIds(JsonDocument.Parse(next.Data).RootElement));
    }

    [Fact]
    public async Task Connect_WithTheIdInTheQuery_GoesOnBehindIt()
    {
        await using var host = await DashboardHost.StartAsync(_clock);
        await host.DeliverAsync(Some.Scored("seen"));
        var lastEventId = await LeaveAsync(host);
        await host.DeliverAsync(Some.Scored("missed"));

        using var client = host.CreateClient();
        using var reader = new SseReader(
            client, await client.GetStreamAsync($"/events?lastEventId={lastEventId}").DefaultTimeout());

        Assert.Equal(["missed"], SseReader.PostIds(await reader.NextAsync("posts")));
    }

    [Fact]
    public async Task Connect_WithNothingNew_GetsTheCountsAndGoesOn()
    {
        await using var host = await DashboardHost.StartAsync(_clock);
        await host.DeliverAsync(Some.Scored("seen"));
        var lastEventId = await LeaveAsync(host);

        using var reader = await host.ConnectAsync(lastEventId);
        await host.DeliverAsync(Some.Scored("new"));
        _clock.Advance(Flush);

        Assert.Equal(["new"], SseReader.PostIds(await reader.NextAsync("posts")));
    }

    [Fact]
    public async Task Connect_WithAnIdNoLongerKept_GetsAFreshSnapshotThatSaysSo()
    {
        await using var host = await DashboardHost.StartAsync(_clock, options: ("RingPosts", "10"));
        await host.DeliverAsync(Some.Scored("seen"));
        var lastEventId = await LeaveAsync(host);
        await host.DeliverAsync([.. Enumerable.Range(0, 25).Select(n => Some.Scored($"{n}"))]);

        using var reader = await host.ConnectAsync(lastEventId);

        var snapshot = await reader.NextAsync("snapshot");
        Assert.Equal("behind", snapshot.GetProperty("reason").GetString());
        Assert.Equal(15, snapshot.GetProperty("missed").GetInt64());
        Assert.Equal(Enumerable.Range(15, 10).Select(n => $"{n}"), SseReader.PostIds(snapshot));
        Assert.Equal(26, snapshot.GetProperty("state").GetProperty("mood").GetProperty("posts").GetInt64());
    }

    [Theory]
    [InlineData("0123abcd-1")]
    [InlineData("nonsense")]
    [InlineData("-")]
    [InlineData("a-99999999999999999999999999")]
    [InlineData("a-+1")]
    public async Task Connect_WithAnIdOfAnotherRun_GetsAllThatIsKept(string lastEventId)
    {
        await using var host = await DashboardHost.StartAsync(_clock, options: ("SnapshotPosts", "1"));
        await host.DeliverAsync(Some.Scored("a"), Some.Scored("b"), Some.Scored("c"));

        using var reader = await host.ConnectAsync(lastEventId);

        var snapshot = await reader.NextAsync("snapshot");
        Assert.Equal("restarted", snapshot.GetProperty("reason").GetString());
        Assert.Equal(["a", "b", "c"], SseReader.PostIds(snapshot));
    }

    [Fact]
    public async Task Connect_WithAnIdThisRunHasNotReached_GetsAllThatIsKept()
    {
        await using var host = await DashboardHost.StartAsync(_clock);
        await host.DeliverAsync(Some.Scored("a"));
        var lastEventId = await LeaveAsync(host);

        using var reader = await host.ConnectAsync(lastEventId + "0");

        Assert.Equal("restarted", (await reader.NextAsync("snapshot")).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Stream_ClientReadsTooSlowly_GetsASnapshotAndEveryPostIsSentOrSaidToBeMissed()
    {
        await using var host = await DashboardHost.StartAsync(
            _clock, options: [("RingPosts", "20"), ("SnapshotPosts", "5")]);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 4096, resumeWriterThreshold: 2048));
        using var ending = new CancellationTokenSource();
        var writing = host.GetRequiredService<EventStream>().WriteAsync(pipe.Writer, null, ending.Token);
        using var client = host.CreateClient();
        using var reader = new SseReader(client, pipe.Reader.AsStream());
        const int Posts = 200;

        for (var n = 0; n < Posts; n++)
        {
            await host.DeliverAsync(Some.Scored($"{n}", new string('x', 900)));
            _clock.Advance(Flush);
        }

        var received = new List<string>();
        var missed = 0L;
        while (!received.Contains($"{Posts - 1}"))
        {
            var next = await reader.NextAsync();
            if (next is { Name: "snapshot" or "posts" })
            {
                var data = JsonDocument.Parse(next.Data).RootElement;
                received.AddRange(SseReader.PostIds(data));
                missed += data.TryGetProperty("missed", out var value) ? value.GetInt64() : 0;
            }
        }

        Assert.InRange(missed, Posts / 2, Posts);
        Assert.Equal(Posts, received.Distinct().Count() + missed);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing).DefaultTimeout();
    }

    // The posts are read to the end: a client's id is that of the last event it got.
    private static async Task<string> LeaveAsync(DashboardHost host)
    {
        using var reader = await host.ConnectAsync();
        await reader.NextAsync("snapshot");
        return reader.LastEventId;
    }
}
