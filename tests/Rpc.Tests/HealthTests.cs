using Moodstream.Rpc.Health;
using Moodstream.Rpc.Tests.Support;
using static Moodstream.Rpc.Health.HealthCheckResponse.Types;

namespace Moodstream.Rpc.Tests;

public sealed class HealthTests
{
    [Theory]
    [InlineData("", ServingStatus.Serving)]
    [InlineData("model", ServingStatus.NotServing)]
    public async Task Check_KnownName_IsItsStatus(string name, ServingStatus expected)
    {
        await using var server = await StartAsync();
        using var channel = server.Connect();

        var answer = await CheckAsync(channel, name);

        Assert.Equal(expected, answer.Status);
    }

    [Fact]
    public async Task Check_UnknownName_IsNotFound()
    {
        await using var server = await StartAsync();
        using var channel = server.Connect();

        var error = await Assert.ThrowsAsync<RpcException>(() => CheckAsync(channel, "other"));

        Assert.Equal(StatusCode.NotFound, error.Code);
    }

    private static Task<RpcTestServer> StartAsync() => RpcTestServer.StartAsync(map: app => app.MapRpcHealth(
        name => name switch
        {
            "" => ServingStatus.Serving,
            "model" => ServingStatus.NotServing,
            _ => null,
        }));

    private static Task<HealthCheckResponse> CheckAsync(RpcChannel channel, string name) =>
        channel.CallAsync(RpcHealth.Check, new HealthCheckRequest { Service = name }).DefaultTimeout();
}
