using Google.Protobuf.WellKnownTypes;
using Moodstream.Rpc.Tests.Support;

namespace Moodstream.Rpc.Tests;

public sealed class DeadlineTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly SignallingTimeProvider _serverTime = new();
    private readonly SignallingTimeProvider _clientTime = new();
    private readonly Recorded<RpcContext> _arrived = new();
    private readonly Recorded<bool> _cancelled = new();

    [Fact]
    public async Task Deadline_PassesOnTheServer_CancelsTheHandlerAndIsAnswered()
    {
        await using var server = await StartAsync(WaitUntilCancelledAsync);
        using var channel = server.Connect(); // whose own clock is far from it

        var call = channel.FailAsync(new RpcCallOptions { Timeout = Timeout });
        await _arrived.WhenCount(1).DefaultTimeout();
        _serverTime.Advance(Timeout);
        var error = await call;

        Assert.Equal((StatusCode.DeadlineExceeded, "Deadline Exceeded"), (error.Code, error.Detail));
        await _cancelled.WhenCount(1).DefaultTimeout();
        Assert.DoesNotContain(server.Logs.Lines.Items, line => line.Id == 1500);
    }

    [Fact]
    public async Task Deadline_PassesAndTheHandlerGoesOn_IsAnsweredAtOnce()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await StartAsync(async (_, context) =>
        {
            context.ResponseTrailers.Add("half", "done");
            _arrived.Add(context);
            await release.Task;
            throw new InvalidOperationException("too late to tell the caller");
        });
        using var channel = server.Connect();

        var call = channel.FailAsync(new RpcCallOptions { Timeout = Timeout });
        await _arrived.WhenCount(1).DefaultTimeout();
        _serverTime.Advance(Timeout);
        var error = await call;
        release.SetResult();
        await server.StopAsync().DefaultTimeout();

        Assert.Equal(StatusCode.DeadlineExceeded, error.Code);
        Assert.Empty(error.Trailers);
        Assert.Single(server.Logs.Lines.Items, line => line.Id == 1500);
    }

    [Fact]
    public async Task Deadline_PassesWhileTheRequestArrives_IsAnswered()
    {
        await using var server = await StartAsync(WaitUntilCancelledAsync);
        using var peer = await Http2Peer.ConnectAsync(server.EndPoint);
        await peer.WritePrefaceAsync();
        await peer.WriteCallAsync(1, ("grpc-timeout", "30S"));
        await peer.WriteDataAsync(1, false, RawHttp.EchoFrame[..7]);
        await _serverTime.Timers.WhenCount(1).DefaultTimeout();

        _serverTime.Advance(Timeout);
        var stream = await peer.ReadMessageAsync();

        Assert.Equal(1, stream);
        Assert.Empty(_arrived.Items);
        var line = Assert.Single(server.Logs.Lines.Items, line => line.Id == 1501);
        Assert.Contains(nameof(StatusCode.DeadlineExceeded), line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deadline_AlreadyPassedWhenTheCallArrives_IsAnsweredWithoutTheHandler()
    {
        await using var server = await StartAsync(WaitUntilCancelledAsync);

        var answer = await RawHttp.SendAsync(server.Address, RawHttp.EchoFrame, headers: ("grpc-timeout", "0n"));

        Assert.Equal(("4", "Deadline Exceeded"), (answer.Status, answer.Message));
        Assert.Empty(_arrived.Items);
    }

    [Fact]
    public async Task Deadline_OfTheCall_IsWhatRemainsForTheHandler()
    {
        TimeSpan? before = null, after = null;
        await using var server = await StartAsync((request, context) =>
        {
            before = context.Remaining;
            _serverTime.Advance(TimeSpan.FromSeconds(10));
            after = context.Remaining;
            return Task.FromResult(request);
        });
        using var channel = server.Connect();

        await channel.EchoAsync(new RpcCallOptions { Timeout = Timeout });

        Assert.Equal((Timeout, TimeSpan.FromSeconds(20)), (before, after));
    }

    [Fact]
    public async Task Call_WithoutDeadline_HasNone()
    {
        TimeSpan? remaining = TimeSpan.Zero;
        await using var server = await StartAsync((request, context) =>
        {
            remaining = context.Remaining;
            return Task.FromResult(request);
        });
        using var channel = server.Connect();

        await channel.EchoAsync();

        Assert.Null(remaining);
        Assert.Empty(_serverTime.Timers.Items);
    }

    [Fact]
    public async Task Deadline_PassesOnTheClient_ResetsTheStream()
    {
        var reset = new TaskCompletionSource<Http2Frame?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = ScriptedServer.AnswerWith(async (peer, _) =>
        {
            _cancelled.Add(true);
            reset.SetResult(await peer.ReadFrameAsync());
        });
        using var channel = new RpcChannel(server.Address, new RpcChannelOptions { TimeProvider = _clientTime });

        var call = channel.FailAsync(new RpcCallOptions { Timeout = Timeout });
        await _cancelled.WhenCount(1).DefaultTimeout();
        _clientTime.Advance(Timeout);
        var error = await call;
        var frame = await reset.Task.DefaultTimeout();

        Assert.Equal(StatusCode.DeadlineExceeded, error.Code);
        Assert.Equal(Http2Frame.Reset, frame?.Type);
        Assert.Equal([0, 0, 0, 8], frame?.Payload); // CANCEL
    }

    [Fact]
    public async Task Deadline_PassesInTheMiddleOfTheAnswer_IsDeadlineExceeded()
    {
        await using var server = ScriptedServer.AnswerWith(async (peer, stream) =>
        {
            await peer.WriteHeadersAsync(stream, false, (":status", "200"), ("content-type", "application/grpc"));
            await peer.WriteDataAsync(stream, false, RawHttp.EchoFrame[..7]);
            _clientTime.Advance(Timeout);
        });
        using var channel = new RpcChannel(server.Address, new RpcChannelOptions { TimeProvider = _clientTime });

        var error = await channel.FailAsync(new RpcCallOptions { Timeout = Timeout });

        Assert.Equal(StatusCode.DeadlineExceeded, error.Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_CancelledByTheServerAfterTheDeadline_IsDeadlineExceeded(bool byReset)
    {
        var time = new ClockWithoutTimers();
        await using var server = ScriptedServer.AnswerWith((peer, stream) =>
        {
            time.Now = Timeout;
            return byReset
                ? peer.WriteResetAsync(stream, 8)
                : peer.WriteHeadersAsync(
                    stream, true, (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "1"));
        });
        using var channel = new RpcChannel(server.Address, new RpcChannelOptions { TimeProvider = time });

        var error = await channel.FailAsync(new RpcCallOptions { Timeout = Timeout });

        Assert.Equal(StatusCode.DeadlineExceeded, error.Code);
    }

    [Fact]
    public async Task Deadline_WhoseTimerIsAheadOfTheClock_IsDeadlineExceeded()
    {
        var time = new ClockWithoutTimers();
        await using var server = ScriptedServer.AnswerWith((_, _) =>
        {
            time.Timers.Advance(Timeout);
            return Task.CompletedTask;
        });
        using var channel = new RpcChannel(server.Address, new RpcChannelOptions { TimeProvider = time });

        var error = await channel.FailAsync(new RpcCallOptions { Timeout = Timeout });

        Assert.Equal(StatusCode.DeadlineExceeded, error.Code);
    }

    [Fact]
    public void Remaining_TimerIsAheadOfTheClock_IsNothing()
    {
        var time = new ClockWithoutTimers();
        using var deadline = new CallDeadline(Timeout, time, CancellationToken.None);
        Assert.Equal((Timeout, false), (deadline.Remaining, deadline.HasPassed));

        time.Timers.Advance(Timeout);

        Assert.Equal((TimeSpan.Zero, true), (deadline.Remaining, deadline.HasPassed));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public async Task Deadline_AlreadyPassed_IsNotEvenSent(long ticks)
    {
        using var channel = new RpcChannel(new Uri("http://127.0.0.1:1"));

        var error = await channel.FailAsync(new RpcCallOptions { Timeout = TimeSpan.FromTicks(ticks) });

        Assert.Equal(StatusCode.DeadlineExceeded, error.Code);
    }

    [Fact]
    public async Task Deadline_LongerThanATimerHolds_IsServed()
    {
        await using var server = await RpcTestServer.StartAsync();
        using var channel = server.Connect();

        var answer = await channel.EchoAsync(new RpcCallOptions { Timeout = TimeSpan.MaxValue });

        Assert.Equal(3, answer.Value.Length);
    }

    [Fact]
    public async Task Call_CancelledByItsCaller_CancelsTheHandler()
    {
        await using var server = await StartAsync(WaitUntilCancelledAsync);
        using var channel = server.Connect();
        using var caller = new CancellationTokenSource();

        var call = channel.EchoAsync(new RpcCallOptions { Timeout = Timeout }, caller.Token);
        await _arrived.WhenCount(1).DefaultTimeout();
        await caller.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(caller.Token, error.CancellationToken);
        await _cancelled.WhenCount(1).DefaultTimeout();
    }

    [Fact]
    public async Task Connection_Lost_CancelsTheHandler()
    {
        await using var server = await StartAsync(WaitUntilCancelledAsync);
        using var peer = await Http2Peer.ConnectAsync(server.EndPoint);
        await peer.WritePrefaceAsync();
        await peer.WriteEchoAsync(1);
        await _arrived.WhenCount(1).DefaultTimeout();

        peer.Abort();

        await _cancelled.WhenCount(1).DefaultTimeout();
    }

    private Task<RpcTestServer> StartAsync(Func<BytesValue, RpcContext, Task<BytesValue>> handler) =>
        RpcTestServer.StartAsync(handler, services: services => services.AddTime(_serverTime));

    private async Task<BytesValue> WaitUntilCancelledAsync(BytesValue request, RpcContext context)
    {
        _arrived.Add(context);
        try
        {
            await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            _cancelled.Add(true);
            throw;
        }

        return request;
    }

    /// <summary>A clock and timers that know nothing of each other.</summary>
    private sealed class ClockWithoutTimers : TimeProvider
    {
        public ManualTimeProvider Timers { get; } = new();

        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            Timers.CreateTimer(callback, state, dueTime, period);
    }
}
