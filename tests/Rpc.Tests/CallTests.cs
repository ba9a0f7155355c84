using Google.Protobuf;
using Moodstream.Rpc.Tests.Support;

namespace Moodstream.Rpc.Tests;

/// <summary>A client and a server that are both ours.</summary>
public sealed class CallTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Call_WithOrWithoutGzip_BringsTheAnswer(bool clientGzip, bool serverGzip)
    {
        await using var server = await RpcTestServer.StartAsync(configure: options => options.Gzip = serverGzip);
        using var channel = server.Connect(new RpcChannelOptions { Gzip = clientGzip });
        var request = Echo.Message(100_000);

        var answer = await channel.CallAsync(Echo.Method, request).DefaultTimeout();

        Assert.Equal(request, answer);
    }

    [Fact]
    public async Task Call_EmptyMessage_BringsTheAnswer()
    {
        await using var server = await RpcTestServer.StartAsync();
        using var channel = server.Connect();

        var answer = await channel.CallAsync(Echo.Method, Echo.Message(0)).DefaultTimeout();

        Assert.Equal(0, answer.Value.Length);
    }

    [Fact]
    public async Task Call_Of32MiBWithinTheLimits_BringsTheAnswer()
    {
        const int Size = 32 * 1024 * 1024;
        await using var server = await RpcTestServer.StartAsync(configure: o => o.MaxReceiveBytes = Size + 16);
        using var channel = server.Connect(new RpcChannelOptions { MaxReceiveBytes = Size + 16 });
        var bytes = new byte[Size];
        new Random(1).NextBytes(bytes);
        var request = new Google.Protobuf.WellKnownTypes.BytesValue { Value = UnsafeByteOperations.UnsafeWrap(bytes) };

        var answer = await channel.CallAsync(Echo.Method, request).DefaultTimeout();

        Assert.True(answer.Value.Span.SequenceEqual(bytes));
    }

    [Fact]
    public async Task Call_HandlerThrowsStatus_IsThatStatusWithItsTrailers()
    {
        await using var server = await RpcTestServer.StartAsync((_, context) =>
        {
            context.ResponseTrailers.Add("from-context", "1");
            var trailers = new RpcMetadata { { "from-status", "a, b" } };
            trailers.AddBinary("bytes-bin", [0, 255]);
            throw new RpcException(StatusCode.OutOfRange, "zu groß: 100 %\n") { Trailers = trailers };
        });
        using var channel = server.Connect();

        var error = await channel.FailAsync();

        Assert.Equal((StatusCode.OutOfRange, "zu groß: 100 %\n"), (error.Code, error.Detail));
        Assert.True(error.Trailers.TryGet("from-context", out var fromContext));
        Assert.True(error.Trailers.TryGet("from-status", out var fromStatus));
        Assert.True(error.Trailers.TryGetBinary("bytes-bin", out var bytes));
        Assert.Equal(("1", "a, b"), (fromContext, fromStatus));
        Assert.Equal([0, 255], bytes.ToArray());
        Assert.Equal(3, error.Trailers.Count);
    }

    [Fact]
    public async Task Call_WithMetadata_ReachesTheHandler()
    {
        RpcMetadata? received = null;
        var peer = "";
        await using var server = await RpcTestServer.StartAsync((request, context) =>
        {
            (received, peer) = (context.RequestMetadata, context.Peer);
            return Task.FromResult(request);
        });
        using var channel = server.Connect();
        var metadata = new RpcMetadata { { "dapr-app-id", "bert" }, { "expires", "0" } };
        metadata.AddBinary("trace-bin", [1, 2, 3, 4]);
        metadata.AddBinary("trace-bin", []);

        await channel.EchoAsync(new RpcCallOptions { Metadata = metadata, Timeout = TimeSpan.FromMinutes(1) });

        Assert.Equal(
            metadata.Select(Describe).Order(),
            received!.Where(e => e.Key != "user-agent" && e.Key != "traceparent").Select(Describe).Order());
        Assert.StartsWith("ipv4:127.0.0.1:", peer, StringComparison.Ordinal);

        static string Describe(RpcMetadataEntry entry) =>
            $"{entry.Key}={entry.Text}{Convert.ToHexString(entry.Bytes.Span)}";
    }

    [Fact]
    public async Task Call_ConcurrentlyBeyondOneConnection_AllAreServedAtOnce()
    {
        const int Calls = 250; // Kestrel takes 100 streams a connection
        var arrived = new Recorded<bool>();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await RpcTestServer.StartAsync(async (request, _) =>
        {
            arrived.Add(true);
            await release.Task;
            return request;
        });
        using var channel = server.Connect();

        var calls = Enumerable.Range(0, Calls).Select(_ => channel.EchoAsync()).ToArray();
        await arrived.WhenCount(Calls).DefaultTimeout();
        release.SetResult();

        Assert.All(await Task.WhenAll(calls).DefaultTimeout(), answer => Assert.Equal(3, answer.Value.Length));
    }

    [Fact]
    public async Task Call_OneAfterAnother_ReusesTheConnection()
    {
        var peers = new Recorded<string>();
        await using var server = await RpcTestServer.StartAsync((request, context) =>
        {
            peers.Add(context.Peer);
            return Task.FromResult(request);
        });
        using var channel = server.Connect();

        for (var i = 0; i < 20; i++)
        {
            await channel.EchoAsync();
        }

        Assert.Single(peers.Items.Distinct());
    }

    [Fact]
    public async Task Call_AfterTheServerRestarted_ConnectsAgain()
    {
        var first = await RpcTestServer.StartAsync();
        using var channel = first.Connect();
        await channel.EchoAsync();
        await first.DisposeAsync();
        var meanwhile = await channel.FailAsync();
        await using var second = await RpcTestServer.StartAsync(port: first.EndPoint.Port);

        var answer = await channel.EchoAsync();

        Assert.Equal(StatusCode.Unavailable, meanwhile.Code);
        Assert.Equal(3, answer.Value.Length);
    }

    [Fact]
    public async Task Dispose_DuringACall_LetsItEndAndTakesNoMore()
    {
        var arrived = new Recorded<bool>();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await RpcTestServer.StartAsync(async (request, _) =>
        {
            arrived.Add(true);
            await release.Task;
            return request;
        });
        var channel = server.Connect();

        var call = channel.EchoAsync();
        await arrived.WhenCount(1).DefaultTimeout();
        channel.Dispose();
        release.SetResult();

        Assert.Equal(3, (await call).Value.Length);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => channel.EchoAsync());
    }

    [Fact]
    public async Task Stop_DuringACall_LetsItEnd()
    {
        var arrived = new Recorded<bool>();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await RpcTestServer.StartAsync(async (request, _) =>
        {
            arrived.Add(true);
            await release.Task;
            return request;
        });
        using var channel = server.Connect();

        var call = channel.EchoAsync();
        await arrived.WhenCount(1).DefaultTimeout();
        var stopping = server.StopAsync();
        var stopped = stopping.IsCompleted;
        release.SetResult();

        Assert.False(stopped);
        Assert.Equal(3, (await call).Value.Length);
        await stopping.DefaultTimeout();
    }

    [Fact]
    public async Task Call_RequestOverTheClientsLimit_IsNotSent()
    {
        using var channel = new RpcChannel(new Uri("http://127.0.0.1:1"), new RpcChannelOptions { MaxSendBytes = 4 });

        var error = await channel.FailAsync();

        Assert.Equal(StatusCode.ResourceExhausted, error.Code);
        Assert.Equal("Sending message exceeds the maximum configured message size.", error.Detail);
    }

    [Theory]
    [InlineData(5, 5, null)]
    [InlineData(4, 5, "Received message exceeds the maximum configured message size.")]
    [InlineData(5, 4, "Sending message exceeds the maximum configured message size.")]
    public async Task Call_AtTheServersLimits_IsServedUpToThem(int receive, int send, string? refusal)
    {
        await using var server = await RpcTestServer.StartAsync(
            configure: options => (options.MaxReceiveBytes, options.MaxSendBytes) = (receive, send));
        using var channel = server.Connect();

        var error = await Record.ExceptionAsync(() => channel.EchoAsync()) as RpcException; // 5 bytes

        Assert.Equal(refusal, error?.Detail);
        Assert.Equal(refusal is null ? null : StatusCode.ResourceExhausted, error?.Code);
    }

    [Theory]
    [InlineData(5, null)]
    [InlineData(4, StatusCode.ResourceExhausted)]
    public async Task Call_AnswerAtTheClientsLimit_IsTakenUpToIt(int receive, StatusCode? refusal)
    {
        await using var server = await RpcTestServer.StartAsync();
        using var channel = server.Connect(new RpcChannelOptions { MaxReceiveBytes = receive });

        var error = await Record.ExceptionAsync(() => channel.EchoAsync()) as RpcException;

        Assert.Equal(refusal, error?.Code);
    }

    [Fact]
    public async Task Call_RequestFarOverTheServersLimit_IsRefusedBeforeItHasArrived()
    {
        await using var server = await RpcTestServer.StartAsync(configure: options => options.MaxReceiveBytes = 1000);
        using var channel = server.Connect();

        var error = await Assert.ThrowsAsync<RpcException>(
            () => channel.CallAsync(Echo.Method, Echo.Message(64 * 1024 * 1024))).DefaultTimeout();
        var next = await channel.EchoAsync();

        Assert.Equal(StatusCode.ResourceExhausted, error.Code);
        Assert.Equal(3, next.Value.Length);
    }
}
