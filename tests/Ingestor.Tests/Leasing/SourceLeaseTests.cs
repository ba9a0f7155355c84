using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Moodstream.Ingestor.Leasing;
using Moodstream.Ingestor.Settlement;
using Moodstream.Ingestor.Tests.Support;

namespace Moodstream.Ingestor.Tests.Leasing;

public sealed class SourceLeaseTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);
    private static readonly LeaseOwner Here = LeaseOwner.Current;
    private static readonly LeaseOwner Elsewhere = new("another-machine", 1, DateTimeOffset.UnixEpoch);

    private readonly ManualTimeProvider _clock = new();
    private readonly MemoryStateStore _state = new();

    [Fact]
    public async Task AcquireAsync_NeverTaken_Succeeds()
    {
        var lease = Lease(Here);

        await lease.AcquireAsync(CancellationToken.None).DefaultTimeout();
        await lease.RenewAsync(CancellationToken.None).DefaultTimeout();
    }

    [Fact]
    public async Task AcquireAsync_Released_SucceedsAtOnce()
    {
        var first = Lease(Elsewhere);
        await first.AcquireAsync(CancellationToken.None).DefaultTimeout();
        await first.ReleaseAsync(CancellationToken.None).DefaultTimeout();

        await Lease(Here).AcquireAsync(CancellationToken.None).DefaultTimeout();
    }

    [Fact]
    public async Task AcquireAsync_HolderRenews_FailsAndNamesIt()
    {
        var holder = Lease(Elsewhere);
        await holder.AcquireAsync(CancellationToken.None).DefaultTimeout();

        var second = Lease(Here).AcquireAsync(CancellationToken.None);
        await holder.RenewAsync(CancellationToken.None).DefaultTimeout();
        _clock.Advance(Duration / 3);

        var e = await Assert.ThrowsAsync<SourceInUseException>(() => second.DefaultTimeout());
        Assert.Contains(
            "source 'somewhere' is read by another ingestor (process 1 on another-machine)",
            e.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AcquireAsync_HolderIsSilent_SucceedsAfterTheLease()
    {
        await Lease(Elsewhere).AcquireAsync(CancellationToken.None).DefaultTimeout();

        var second = Lease(Here).AcquireAsync(CancellationToken.None);
        var before = second.IsCompleted;
        while (!second.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield(); // What is due runs on another thread, and asks for the next moment.
        }

        await second.DefaultTimeout();
        Assert.False(before);
    }

    [Fact]
    public async Task AcquireAsync_LongExpired_SucceedsAtOnce()
    {
        await Lease(Elsewhere).AcquireAsync(CancellationToken.None).DefaultTimeout();
        _clock.Advance((Duration * 2) + TimeSpan.FromTicks(1));

        await Lease(Here).AcquireAsync(CancellationToken.None).DefaultTimeout();
    }

    [Fact]
    public async Task AcquireAsync_HolderDiedOnThisMachine_SucceedsAtOnce()
    {
        // This very process id, used by a process that started at another time.
        var dead = Here with { StartedAt = Here.StartedAt.AddHours(-1) };
        await Lease(dead).AcquireAsync(CancellationToken.None).DefaultTimeout();

        await Lease(Here).AcquireAsync(CancellationToken.None).DefaultTimeout();
    }

    [Fact]
    public async Task RenewAsync_TakenByAnother_Fails()
    {
        var slow = Lease(Elsewhere);
        await slow.AcquireAsync(CancellationToken.None).DefaultTimeout();
        _clock.Advance(Duration * 3);
        await Lease(Here).AcquireAsync(CancellationToken.None).DefaultTimeout();

        var e = await Assert.ThrowsAsync<SourceInUseException>(() => slow.RenewAsync(CancellationToken.None));

        Assert.Equal(Here, e.Owner);
    }

    [Fact]
    public async Task ReleaseAsync_TakenByAnother_LeavesItThere()
    {
        var slow = Lease(Elsewhere);
        await slow.AcquireAsync(CancellationToken.None).DefaultTimeout();
        _clock.Advance(Duration * 3);
        var quick = Lease(Here);
        await quick.AcquireAsync(CancellationToken.None).DefaultTimeout();

        await slow.ReleaseAsync(CancellationToken.None).DefaultTimeout();

        await quick.RenewAsync(CancellationToken.None).DefaultTimeout();
    }

    [Fact]
    public async Task KeepAsync_StoreInTroubleForLongerThanTheLease_GoesOnWhenItIsBack()
    {
        var lease = Lease(Here);
        await lease.AcquireAsync(CancellationToken.None).DefaultTimeout();
        var refused = 0;
        var renewed = new TaskCompletionSource();
        _state.BeforeWrite = _ =>
        {
            if (++refused <= 20)
            {
                throw new IOException("the store is away");
            }

            renewed.TrySetResult();
        };
        using var stop = new CancellationTokenSource();

        var keeping = lease.KeepAsync(stop.Token);
        while (!renewed.Task.IsCompleted && !keeping.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield(); // What is due runs on another thread, and asks for the next moment.
        }

        Assert.False(keeping.IsFaulted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => keeping.DefaultTimeout());
    }

    [Fact]
    public async Task KeepAsync_TakenByAnotherMeanwhile_Fails()
    {
        var slow = Lease(Elsewhere);
        await slow.AcquireAsync(CancellationToken.None).DefaultTimeout();
        _clock.Advance(Duration * 3);
        await Lease(Here).AcquireAsync(CancellationToken.None).DefaultTimeout();

        var keeping = slow.KeepAsync(CancellationToken.None);
        while (!keeping.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield(); // What is due runs on another thread, and asks for the next moment.
        }

        await Assert.ThrowsAsync<SourceInUseException>(() => keeping);
    }

    [Fact]
    public async Task RenewAsync_AnswerOfTheLastRenewalWasLost_Succeeds()
    {
        var lease = Lease(Here);
        await lease.AcquireAsync(CancellationToken.None).DefaultTimeout();
        var written = (await _state.GetAsync(new SourceKey("somewhere").Lease, CancellationToken.None))!.Value;
        await _state.SetAsync(new SourceKey("somewhere").Lease, written.Value, written.ETag, CancellationToken.None);

        await lease.RenewAsync(CancellationToken.None).DefaultTimeout();
        await lease.RenewAsync(CancellationToken.None).DefaultTimeout();
    }

    [Fact]
    public async Task RenewAsync_StoreCameBackEmpty_TakesItAnew()
    {
        var lease = Lease(Here);
        await lease.AcquireAsync(CancellationToken.None).DefaultTimeout();
        await _state.DeleteAsync(new SourceKey("somewhere").Lease, null, CancellationToken.None);

        await lease.RenewAsync(CancellationToken.None).DefaultTimeout();

        Assert.NotNull(await _state.GetAsync(new SourceKey("somewhere").Lease, CancellationToken.None));
    }

    [Fact]
    public async Task ReleaseAsync_StoreInTrouble_EndsAllTheSameAndSaysWhyInALine()
    {
        using var logs = new RecordedLogs();
        using var loggers = new LoggerFactory([logs]);
        var lease = Lease(Here, loggers.CreateLogger<SourceLease>());
        await lease.AcquireAsync(CancellationToken.None).DefaultTimeout();
        _state.BeforeWrite = _ => throw new IOException("the store is away");

        await lease.ReleaseAsync(CancellationToken.None).DefaultTimeout();

        var line = Assert.Single(logs.Lines.Items, l => l.Level == LogLevel.Warning);
        Assert.Equal("The lease of source somewhere was not released; it runs out by itself: the store is away", line.Message);
        Assert.Null(line.Exception);
    }

    private SourceLease Lease(LeaseOwner owner, ILogger<SourceLease>? logger = null) =>
        new(_state, new SourceKey("somewhere"), owner, Duration, _clock, logger ?? NullLogger<SourceLease>.Instance);
}
