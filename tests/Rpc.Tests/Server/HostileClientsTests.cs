using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Moodstream.Rpc.Tests.Support;

namespace Moodstream.Rpc.Tests.Server;

/// <summary>Whatever clients send, the server stays up and serves the others.</summary>
public sealed class HostileClientsTests
{
    [Fact]
    public async Task Connections_OpenedAndDropped_LeaveNothingBehind()
    {
        const int Waves = 20;
        const int PerWave = 500;
        await using var server = await RpcTestServer.StartAsync();
        using var connections = new ActiveConnections(server.Meters);

        for (var wave = 0; wave < Waves; wave++)
        {
            await Task.WhenAll(Enumerable.Range(0, PerWave).Select(async i =>
            {
                using var peer = await Http2Peer.ConnectAsync(server.EndPoint);
                switch (i % 4)
                {
                    case 0:
                        await peer.WriteAsync(Http2Peer.Preface.AsMemory(0, i % 24));
                        break;
                    case 1:
                        await peer.WritePrefaceAsync();
                        break;
                    case 2:
                        await peer.WritePrefaceAsync();
                        await peer.WriteCallAsync(1);
                        break;
                }

                if (i % 8 < 4)
                {
                    peer.Abort();
                }
            })).DefaultTimeout();
        }

        using (var channel = server.Connect())
        {
            await channel.EchoAsync();
        }

        await connections.WhenDrained(Waves * PerWave).DefaultTimeout();
        Assert.DoesNotContain(server.Logs.Lines.Items, line => line.Level >= LogLevel.Error);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("POST /moodstream.test.Echo/Bytes HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nthis is no frame, and long enough to be one")]
    [InlineData("PRI * HTTP/1.1\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003 hello in TLS\r\n\r\n")]
    public async Task Bytes_OfAnotherProtocol_AreAnsweredOrTheConnectionCut(string text)
    {
        await using var server = await RpcTestServer.StartAsync(
            listen: new RpcListenOptions { IdleTimeout = TimeSpan.FromSeconds(1) });
        using var peer = await Http2Peer.ConnectAsync(server.EndPoint);

        await peer.WriteAsync(Encoding.Latin1.GetBytes(text));

        await peer.ReadToEndAsync(); // fails when the connection just hangs
    }

    [Fact]
    public async Task Bytes_AtRandomAfterAPreface_LeaveTheServerUp()
    {
        await using var server = await RpcTestServer.StartAsync();
        using var good = server.Connect();
        foreach (var seed in Fuzz.Seeds(150))
        {
            var random = new Random(seed);
            using var peer = await Http2Peer.ConnectAsync(server.EndPoint);
            try
            {
                await peer.WritePrefaceAsync();
                for (var frames = random.Next(1, 8); frames > 0; frames--)
                {
                    await peer.WriteAsync(RandomFrame(random));
                }
                peer.EndWriting();
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                // Cut off on the way, as it may be.
            }

            await peer.ReadToEndAsync();
        }

        Assert.Equal(3, (await good.EchoAsync()).Value.Length);
        Assert.DoesNotContain(server.Logs.Lines.Items, line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Bodies_AtRandom_AreAnswered()
    {
        await using var server = await RpcTestServer.StartAsync();
        foreach (var seed in Fuzz.Seeds(150))
        {
            var random = new Random(seed);
            var body = RawHttp.EchoFrame.ToArray();
            for (var spoilt = random.Next(1, 4); spoilt > 0; spoilt--)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }

            var answer = await RawHttp.SendAsync(
                server.Address,
                body[..random.Next(body.Length + 1)],
                headers: random.Next(2) == 0 ? [("grpc-encoding", "gzip")] : []);

            Assert.True(answer.Status is "0" or "8" or "13", $"seed {seed}: {answer.Status} {answer.Message}");
        }

        Assert.DoesNotContain(server.Logs.Lines.Items, line => line.Level >= LogLevel.Error);
    }

    private static byte[] RandomFrame(Random random)
    {
        var payload = new byte[random.Next(60)];
        random.NextBytes(payload);
        switch (random.Next(4))
        {
            case 0:
                return payload;
            case 1:
                return Http2Peer.Frame((byte)random.Next(12), (byte)random.Next(256), random.Next(8), payload);
            case 2:
                return Http2Peer.Frame(Http2Frame.Data, (byte)random.Next(2), 1, payload);
            default:
                var block = Http2Peer.Block(
                    (":method", "POST"),
                    (":scheme", "http"),
                    (":path", Echo.Method.Path),
                    (":authority", "test"),
                    ("content-type", "application/grpc"));
                if (random.Next(3) == 0)
                {
                    block[random.Next(block.Length)] = (byte)random.Next(256);
                }

                return Http2Peer.Frame(Http2Frame.Headers, (byte)(4 | random.Next(2)), 1 + (2 * random.Next(4)), block);
        }
    }
}
