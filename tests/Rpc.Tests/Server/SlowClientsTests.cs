using Moodstream.Rpc.Tests.Support;

namespace Moodstream.Rpc.Tests.Server;

/// <summary>Clients that hold a connection and send too little on it are cut off.</summary>
public sealed class SlowClientsTests
{
    private static readonly Dictionary<string, Func<Http2Peer, Task>> WithoutPreface = new()
    {
        ["says nothing"] = _ => Task.CompletedTask,
        ["sends half a preface"] = peer => peer.WriteAsync(Http2Peer.Preface.AsMemory(0, 12)),
        ["drips the preface"] = peer => DripAsync(peer, Http2Peer.Preface),
    };

    private static readonly Dictionary<string, Func<Http2Peer, Task>> WithPreface = new()
    {
        ["makes no call"] = peer => peer.WritePrefaceAsync(),
        ["only pings"] = async peer =>
        {
            await peer.WritePrefaceAsync();
            await DripAsync(peer, [.. Enumerable.Repeat(Http2Peer.Frame(Http2Frame.Ping, 0, 0, new byte[8]), 20)]);
        },
        ["stops in a frame"] = async peer =>
        {
            await peer.WritePrefaceAsync();
            await peer.WriteAsync(new byte[] { 0, 0, 100, Http2Frame.Headers });
        },
        ["does not end its headers"] = async peer =>
        {
            await peer.WritePrefaceAsync();
            await peer.WriteFrameAsync(Http2Frame.Headers, 0, 1, Http2Peer.Block((":method", "POST")));
        },
        ["stops in a message"] = async peer =>
        {
            await peer.WritePrefaceAsync();
            await peer.WriteCallAsync(1);
            await peer.WriteDataAsync(1, end: false, RawHttp.EchoFrame[..7]);
        },
        ["drips a message"] = async peer =>
        {
            await peer.WritePrefaceAsync();
            await peer.WriteCallAsync(1);
            await peer.WriteDataAsync(1, end: false, [0, 0, 0, 1, 0]);
            await DripAsync(peer, [.. Enumerable.Repeat(Http2Peer.Frame(Http2Frame.Data, 0, 1, [1]), 50)]);
        },
        ["takes no answer"] = async peer =>
        {
            await peer.WriteAsync(Http2Peer.Preface);
            await peer.WriteFrameAsync(Http2Frame.Settings, 0, 0, [0, 4, 0, 0, 0, 0]); // initial window: 0 bytes
            await peer.WriteEchoAsync(1);
        },
    };

    [Fact]
    public Task Client_ThatSendsNoPreface_IsCutOff() => ExpectCutAsync(
        WithoutPreface, new RpcListenOptions { PrefaceTimeout = TimeSpan.FromSeconds(0.5) });

    // Kestrel looks once a second, and takes no shorter grace.
    [Fact]
    public Task Client_ThatIsTooSlow_IsCutOff() => ExpectCutAsync(WithPreface, new RpcListenOptions
    {
        PrefaceTimeout = TimeSpan.FromMinutes(10),
        IdleTimeout = TimeSpan.FromSeconds(0.5),
        HeadersTimeout = TimeSpan.FromSeconds(0.5),
        DataGracePeriod = TimeSpan.FromSeconds(1.1),
    });

    [Fact]
    public async Task Client_WhosePrefaceComesInPieces_IsServed()
    {
        await using var server = await RpcTestServer.StartAsync();
        using var peer = await Http2Peer.ConnectAsync(server.EndPoint);

        foreach (var piece in Http2Peer.Preface.Chunk(1))
        {
            await peer.WriteAsync(piece);
        }

        await peer.WriteFrameAsync(Http2Frame.Settings, 0, 0, []);
        await peer.WriteEchoAsync(1);

        Assert.Equal(1, await peer.ReadMessageAsync());
    }

    private static async Task ExpectCutAsync(
        Dictionary<string, Func<Http2Peer, Task>> clients, RpcListenOptions options)
    {
        await using var server = await RpcTestServer.StartAsync(listen: options);
        using var good = server.Connect();

        var kept = await Task.WhenAll(clients.Select(async client =>
        {
            using var peer = await Http2Peer.ConnectAsync(server.EndPoint);
            var sending = client.Value(peer);
            try
            {
                await peer.ReadToEndAsync();
            }
            catch (TimeoutException)
            {
                return $"a client that {client.Key}";
            }

            await Record.ExceptionAsync(() => sending); // it may have been cut while it sent
            return null;
        }));

        Assert.All(kept, Assert.Null);
        Assert.Equal(3, (await good.EchoAsync()).Value.Length);
    }

    private static Task DripAsync(Http2Peer peer, byte[] bytes) => DripAsync(peer, bytes.Chunk(1));

    private static async Task DripAsync(Http2Peer peer, IEnumerable<byte[]> pieces)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        foreach (var piece in pieces)
        {
            await pace.WaitForNextTickAsync();
            await peer.WriteAsync(piece);
        }
    }
}
