using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Moodstream.Rpc.Tests.Support;

namespace Moodstream.Rpc.Tests;

public sealed class ByteBudgetTests
{
    [Fact]
    public void TryGrowTo_BeyondTheBudget_IsRefusedUntilOthersGiveBack()
    {
        var budget = new ByteBudget(100);
        using var first = budget.Open();
        using var second = budget.Open();

        Assert.True(first.TryGrowTo(60));
        Assert.True(first.TryGrowTo(10)); // holds more already
        Assert.False(second.TryGrowTo(41));
        Assert.True(second.TryGrowTo(40));
        first.Dispose();
        Assert.True(second.TryGrowTo(100));
    }

    [Fact]
    public async Task TryGrowTo_ManyAtOnce_NeverHoldMoreThanThereIs()
    {
        var budget = new ByteBudget(1_000);
        var held = 0L;
        var most = 0L;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 2_000; i++)
            {
                using var share = budget.Open();
                var wanted = random.Next(1, 600);
                if (share.TryGrowTo(wanted))
                {
                    InterlockedMax(ref most, Interlocked.Add(ref held, wanted));
                    Interlocked.Add(ref held, -wanted);
                }
            }
        }))).DefaultTimeout();

        Assert.InRange(most, 1, 1_000);
        Assert.True(budget.Open().TryGrowTo(1_000));
    }

    [Fact]
    public async Task Call_NoRoomForItsBytes_IsUnavailableAndTheNextIsAnswered()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var letGo = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await RpcTestServer.StartAsync(
            async (request, _) =>
            {
                arrived.TrySetResult();
                await letGo.Task;
                return request;
            },
            options => options.Budget = new ByteBudget(10_000));
        using var channel = server.Connect();
        var held = channel.CallAsync(Echo.Method, Bytes(8_000));
        await arrived.Task.DefaultTimeout();

        var refused = await Assert.ThrowsAsync<RpcException>(() => channel.CallAsync(Echo.Method, Bytes(8_000)).DefaultTimeout());
        letGo.SetResult();
        await held.DefaultTimeout();

        Assert.Equal(StatusCode.Unavailable, refused.Code);
        Assert.Equal(8_000, (await channel.CallAsync(Echo.Method, Bytes(8_000)).DefaultTimeout()).Value.Length);
    }

    [Fact]
    public async Task Call_NoRoomForWhatItExpandsTo_IsUnavailableUntilOthersGiveBack()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var letGo = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await RpcTestServer.StartAsync(
            async (request, _) =>
            {
                arrived.TrySetResult();
                await letGo.Task;
                return request;
            },
            options => options.Budget = new ByteBudget(200_000));
        using var channel = server.Connect(new RpcChannelOptions { Gzip = true });
        var held = channel.CallAsync(Echo.Method, Bytes(100_000)); // some 100 bytes on the wire
        await arrived.Task.DefaultTimeout();

        var refused = await Assert.ThrowsAsync<RpcException>(() => channel.CallAsync(Echo.Method, Bytes(100_000)).DefaultTimeout());
        letGo.SetResult();
        await held.DefaultTimeout();

        Assert.Equal(StatusCode.Unavailable, refused.Code);
        Assert.Equal(100_000, (await channel.CallAsync(Echo.Method, Bytes(100_000)).DefaultTimeout()).Value.Length);
    }

    [Fact]
    public async Task Call_ExpandsBeyondTheBudget_LeavesNothingTaken()
    {
        var budget = new ByteBudget(200_000);
        await using var server = await RpcTestServer.StartAsync(configure: options => options.Budget = budget);
        using var channel = server.Connect(new RpcChannelOptions { Gzip = true });

        var refused = await Assert.ThrowsAsync<RpcException>(() => channel.CallAsync(Echo.Method, Bytes(1_000_000)).DefaultTimeout());
        await server.StopAsync();

        Assert.Equal(StatusCode.Unavailable, refused.Code);
        Assert.True(budget.Open().TryGrowTo(200_000));
    }

    private static BytesValue Bytes(int count) => new() { Value = ByteString.CopyFrom(new byte[count]) };

    private static void InterlockedMax(ref long target, long value)
    {
        for (var seen = Volatile.Read(ref target); value > seen;)
        {
            seen = Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}
