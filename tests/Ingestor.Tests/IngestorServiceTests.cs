using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;
using Moodstream.Ingestor.Leasing;
using Moodstream.Ingestor.Settlement;
using Moodstream.Ingestor.Tests.Support;
using Moodstream.Sidecar;

namespace Moodstream.Ingestor.Tests;

/// <summary>The whole ingestor, over a broker and a state store in memory.</summary>
public sealed class IngestorServiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly MemoryStateStore _state = new();
    private readonly LoopbackBroker _broker = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_FileToItsEnd_SettlesEveryRowAndSaysSo()
    {
        var source = WriteFile(["p0", "!", .. Ids(1, 1000), "p0"]);

        await using var host = Host(source);
        await host.StartAsync();
        var status = await _broker.StatusAsync(s => s.Finished).DefaultTimeout();
        await host.StopAsync();

        Assert.Equal([.. Ids(0, 1001)], _broker.Raw);
        Assert.Equal((1001, 1001, 1, 1, 0), (
            status.Published, status.Settled, status.Unreadable, status.Duplicates, status.InFlight));
        Assert.Null(status.Skipped);
        Assert.All(_broker.Batches, count => Assert.InRange(count, 1, 400));
    }

    [Fact]
    public async Task Run_AgainAfterTheEnd_ReadsOnlyWhatWasAppended()
    {
        var source = WriteFile(Ids(0, 50));
        await RunToItsEndAsync(source);
        WriteFile(Ids(0, 60));
        _broker.Raw.Clear();

        var status = await RunToItsEndAsync(source);

        Assert.Equal([.. Ids(50, 10)], _broker.Raw);
        Assert.Equal((60, 60), (status.Published, status.Settled));
    }

    [Fact]
    public async Task Run_AfterAStopWithPostsInFlight_PublishesExactlyThoseAgain()
    {
        var source = WriteFile(Ids(0, 100));
        _broker.Answers = id => int.Parse(id[1..], CultureInfo.InvariantCulture) % 3 == 0;
        await using (var first = Host(source, ("DrainTimeout", "00:00:00")))
        {
            await first.StartAsync();
            await StatusWhenAsync(s => s.Settled == 34);
            await first.StopAsync();
        }

        _broker.Answers = _ => true;
        _broker.Raw.Clear();
        var status = await RunToItsEndAsync(source);

        Assert.Equal([.. Ids(0, 100).Where((_, i) => i % 3 != 0)], _broker.Raw);
        Assert.Equal((100, 100), (status.Published, status.Settled));
    }

    [Fact]
    public async Task Run_AfterAKill_CountsEveryRowOnce()
    {
        var source = WriteFile(Ids(0, 300));
        _broker.Answers = id => id != "p250";
        await using var killed = Host(source);
        await killed.StartAsync();
        await StatusWhenAsync(s => s.Settled == 299);

        // All that a kill leaves behind: what was written by then, the lease of a living process included.
        var left = _state.Copy();
        _clock.Advance(TimeSpan.FromMinutes(5));
        var broker = new LoopbackBroker();
        await using var next = new IngestorHost(source, left, broker, _clock);
        await next.StartAsync();
        var status = await broker.StatusAsync(s => s.Finished).DefaultTimeout();

        Assert.Equal((300, 300), (status.Published, status.Settled));
        Assert.Contains("p250", broker.Raw);
    }

    [Fact]
    public async Task Start_SourceIsHeldByALivingIngestor_FailsWithOneClearLine()
    {
        var source = WriteFile(Ids(0, 1));
        await using var first = Host(source);
        await first.StartAsync();
        await using var second = Host(source);

        var e = await PumpAsync(Assert.ThrowsAsync<SourceInUseException>(second.StartAsync));

        Assert.Contains("is read by another ingestor", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_StateOfANewerVersion_FailsAndLetsTheLeaseGo()
    {
        var source = WriteFile(Ids(0, 1));
        var key = new SourceKey(source);
        await _state.SetAsync(key.Cursor, """{"version":2}"""u8.ToArray(), etag: null, CancellationToken.None);
        await using var host = Host(source);

        await Assert.ThrowsAsync<SavedSourceException>(host.StartAsync);

        var lease = new SourceLease(
            _state, key, new LeaseOwner("elsewhere", 1, default), TimeSpan.FromSeconds(15), _clock,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<SourceLease>.Instance);
        await lease.AcquireAsync(CancellationToken.None).DefaultTimeout();
    }

    [Fact]
    public async Task Run_BrokerRefusesForAWhile_PublishesEveryPostOnce()
    {
        var source = WriteFile(Ids(0, 20));
        var refusals = 30;
        _broker.Refuse = (topic, _) =>
            topic == Topics.Raw && Interlocked.Decrement(ref refusals) > 0 ? "not now" : null;
        await using var host = Host(source, ("ProcessingTimeout", "00:10:00"), ("MaxProbeInterval", "01:00:00"));

        await host.StartAsync();
        var status = await StatusWhenAsync(s => s.Finished);

        Assert.Equal(Ids(0, 20).Order(), _broker.Raw.Order());
        Assert.Equal((20, 0), (status.Published, status.Republished));
    }

    [Fact]
    public async Task Run_PostIsNeverAnswered_RejectsItAsUnscorable()
    {
        var source = WriteFile(Ids(0, 10));
        _broker.Answers = id => id != "p4";
        await using var host = Host(source);

        await host.StartAsync();
        var status = await StatusWhenAsync(s => s.Finished);

        var rejected = Assert.Single(_broker.Rejected);
        Assert.Equal(("p4", "p4", RejectReason.Unscorable), (rejected.Id, rejected.Post?.Id, rejected.Reason));
        Assert.Equal((10, 1), (status.Settled, status.Rejected));
    }

    [Fact]
    public async Task Run_StdinIsKilled_CountsWhatWasInFlightAsLost()
    {
        _broker.Answers = _ => false;
        var saved = Some.State with { Unsettled = 7, SettledCount = 3 };
        await new CursorStore(_state, new SourceKey("stdin"), _clock).SaveAsync("run", saved, CancellationToken.None);
        await using var host = Host("-");

        await host.StartAsync();
        var status = await StatusWhenAsync(_ => true);

        Assert.Equal((10, 3, 7), (status.Published, status.Settled, status.Lost));
    }

    [Fact]
    public async Task Run_SampleAtARate_IsNotFaster()
    {
        await using var host = Host("sample", ("PostsPerSecond", "2"));

        await host.StartAsync();
        var status = await StatusWhenAsync(s => s.Published >= 10);

        // Nine pauses of half a second lie between ten posts.
        Assert.True(status.At - new ManualTimeProvider().GetUtcNow() >= TimeSpan.FromSeconds(4.4));
    }

    [Fact]
    public async Task Run_Tracking_SkipsAndCountsTheRest()
    {
        var source = WriteFile(["p0", "p1"]);
        await using var host = Host(source, ("Track:0", "nothing of this"));

        await host.StartAsync();
        var status = await _broker.StatusAsync(s => s.Finished).DefaultTimeout();

        Assert.Equal((0, 2), (status.Published, status.Skipped));
    }

    [Fact]
    public async Task Run_LoopFails_EndsAllLoops()
    {
        var source = WriteFile(Ids(0, 10));
        _broker.Refuse = (topic, _) => topic == Topics.Raw ? throw new InvalidOperationException("a bug") : null;
        await using var host = Host(source);

        await host.StartAsync();

        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => host.LoopsAsync().DefaultTimeout());
        Assert.Equal("a bug", e.Message);
    }

    [Fact]
    public async Task Run_StateStoreInTroubleForAWhile_GoesOn()
    {
        var source = WriteFile(Ids(0, 10));
        await using var host = Host(source, ("LeaseDuration", "00:10:00"));
        await host.StartAsync();
        _state.BeforeWrite = _ => throw new IOException("disk full");

        await StatusWhenAsync(s => s.Finished && s.At > _clock.GetUtcNow() - TimeSpan.FromSeconds(1));
        _state.BeforeWrite = _ => { };
        await host.StopAsync();

        var saved = await new CursorStore(_state, new SourceKey(source), _clock).LoadAsync(CancellationToken.None);
        Assert.Equal(10, saved?.Settlement.SettledCount);
    }

    [Fact]
    public async Task Start_StateStoreInTrouble_WaitsAndSaysSoOnce()
    {
        var source = WriteFile(Ids(0, 10));
        await using var host = Host(source);
        using var logs = new RecordedLogs();
        host.Services.GetRequiredService<ILoggerFactory>().AddProvider(logs);
        var refusals = 5;
        _state.BeforeRead = _ => Fail(refusals-- > 0);

        await PumpAsync(StartAsync(host));
        var status = await StatusWhenAsync(s => s.Finished);

        Assert.Equal(10, status.Settled);
        Assert.Single(logs.Lines.Items, l => l.Id == 216);
    }

    [Fact]
    public async Task Start_EachCallOfTheStateStoreFailsAtFirst_GoesOn()
    {
        var source = WriteFile(Ids(0, 10));
        await using var host = Host(source);
        var seen = new HashSet<string>();
        _state.BeforeRead = key => Fail(seen.Add($"read {key}"));
        _state.BeforeWrite = key => Fail(seen.Add($"write {key}"));
        _state.AfterWrite = key => Fail(seen.Add($"answer {key}"));

        await PumpAsync(StartAsync(host));

        Assert.Equal(10, (await StatusWhenAsync(s => s.Finished)).Settled);
    }

    [Fact]
    public async Task Start_CancelledWhileTheStateStoreIsInTrouble_Ends()
    {
        await using var host = Host(WriteFile(Ids(0, 1)));
        using var stop = new CancellationTokenSource();
        _state.BeforeRead = _ => Fail(true);

        var start = host.Services.GetServices<IHostedService>().OfType<IngestorService>().Single().StartAsync(stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.DefaultTimeout());
    }

    [Fact]
    public async Task Subscriptions_OfTheIngestor_AreTheTwoTopicsThatSettle()
    {
        await using var host = Host("sample");

        Assert.Equal(
            [(Topics.Scored, Apps.Ingestor), (Topics.Rejected, Apps.Ingestor)],
            host.Subscriptions.Select(s => (s.Subscription.Topic, s.Subscription.App)));
        Assert.All(host.Subscriptions, s => Assert.IsAssignableFrom<IBulkTopicHandler>(s.Handler(host.Services)));
    }

    private static async Task<bool> StartAsync(IngestorHost host)
    {
        await host.StartAsync();
        return true;
    }

    private static void Fail(bool fails)
    {
        if (fails)
        {
            throw new SidecarException(SidecarFailure.Trouble, "redis is gone");
        }
    }

    private static IEnumerable<string> Ids(int first, int count) =>
        Enumerable.Range(first, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"p{i}"));

    private IngestorHost Host(string source, params (string, string)[] options) =>
        new(source, _state, _broker, _clock, options);

    private string WriteFile(IEnumerable<string> lines)
    {
        File.WriteAllText(_folder["posts.txt"], string.Concat(lines.Select(l => l + "\n")));
        return $"file:{_folder["posts.txt"]}";
    }

    private async Task<IngestStatus> RunToItsEndAsync(string source)
    {
        await using var host = Host(source);
        await host.StartAsync();
        var status = await _broker.StatusAsync(s => s.Finished).DefaultTimeout();
        await host.StopAsync();
        return status;
    }

    private Task<IngestStatus> StatusWhenAsync(Func<IngestStatus, bool> wanted) =>
        PumpAsync(_broker.StatusAsync(wanted));

    /// <summary>
    /// Moves the clock until something has happened, and after each move leaves the loops a moment to do what is due.
    /// </summary>
    private async Task<T> PumpAsync<T>(Task<T> signal)
    {
        while (!signal.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.WhenAny(signal, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System));
        }

        return await signal;
    }
}
