using Moodstream.Rpc.Health;
using Moodstream.Rpc.Tests.Support;

namespace Moodstream.Rpc.Tests;

/// <summary>A client and a server that are both ours.</summary>
public sealed class CallTests
{
    [Fact]
    public async Task Call_OverClearText_BringsTheAnswer()
    {
        await using var server = await RpcTestServer.StartAsync((request, _) => Task.FromResult(
            new HealthCheckResponse { Status = (HealthCheckResponse.Types.ServingStatus)request.Service.Length }));
        using var channel = server.Connect();

        var answer = await channel.CallAsync(RpcHealth.Check, new HealthCheckRequest { Service = "ab" }).DefaultTimeout();

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, answer.Status);
    }

    [Fact]
    public async Task Call_HandlerThrowsStatus_IsThatStatus()
    {
        await using var server = await RpcTestServer.StartAsync(
            (_, _) => throw new RpcException(StatusCode.OutOfRange, "zu groß: 100 %"));
        using var channel = server.Connect();

        var error = await Assert.ThrowsAsync<RpcException>(
            () => channel.CallAsync(RpcHealth.Check, new HealthCheckRequest())).DefaultTimeout();

        Assert.Equal((StatusCode.OutOfRange, "zu groß: 100 %"), (error.Code, error.Detail));
    }
}
