using System.Net;
using System.Net.Sockets;
using Moodstream.ModelServer.Tests.Support;
using Moodstream.Rpc;
using Moodstream.Rpc.Health;
using static Moodstream.Rpc.Health.HealthCheckResponse.Types;

namespace Moodstream.ModelServer.Tests;

/// <summary>What the two ports say of the server, and how many callers they take.</summary>
public sealed class ListeningTests
{
    [Fact]
    public async Task Health_WithAndWithoutAVersionInService_IsReadyOnlyWith()
    {
        using var folder = new ModelBase(1);
        await using var server = await ModelServerHost.StartAsync(folder.Path);
        using var http = new HttpClient { BaseAddress = server.RestAddress };

        var with = await HealthAsync(server, http);
        var served = server.Catalog.Serve(null);
        var without = await HealthAsync(server, http);
        server.Catalog.Serve(served);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, ServingStatus.Serving), with);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, ServingStatus.NotServing), without);
    }

    [Fact]
    public async Task Connect_BeyondTheMostOfAPort_IsClosedAtOnceAndTheOthersAreServed()
    {
        using var folder = new ModelBase(1);
        await using var server = await ModelServerHost.StartAsync(
            folder.Path, new Dictionary<string, string?> { [nameof(ModelServerOptions.MaxConnections)] = "1" });
        using var last = await ConnectAsync(server.RestAddress);
        await ExchangeAsync(last);

        using var tooMany = await ConnectAsync(server.RestAddress);

        Assert.Equal(0, await EndOfAsync(tooMany));
        await ExchangeAsync(last);
        Assert.Equal(3, (await server.PredictAsync(Some.Request(1, 3))).Outputs.Count);
    }

    private static async Task<(HttpStatusCode Live, HttpStatusCode Ready, ServingStatus Grpc)> HealthAsync(
        ModelServerHost server, HttpClient http)
    {
        using var live = await http.GetAsync("/health/live").DefaultTimeout();
        using var ready = await http.GetAsync("/health/ready").DefaultTimeout();
        var check = await server.Channel.CallAsync(
            RpcHealth.Check, new HealthCheckRequest { Service = "tensorflow.serving.PredictionService" }).DefaultTimeout();
        return (live.StatusCode, ready.StatusCode, check.Status);
    }

    private static async Task<TcpClient> ConnectAsync(Uri address)
    {
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port).DefaultTimeout();
        return client;
    }

    private static async Task ExchangeAsync(TcpClient client)
    {
        await client.GetStream().WriteAsync("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray()).AsTask().DefaultTimeout();
        Assert.True(await client.GetStream().ReadAsync(new byte[4096]).AsTask().DefaultTimeout() > 0);
    }

    /// <summary>Bytes that come before the end; a connection that is reset has ended.</summary>
    private static async Task<int> EndOfAsync(TcpClient client)
    {
        try
        {
            return await client.GetStream().ReadAsync(new byte[1]).AsTask().DefaultTimeout();
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
