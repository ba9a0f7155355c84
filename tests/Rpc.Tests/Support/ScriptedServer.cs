using System.Net;
using System.Net.Sockets;

namespace Moodstream.Rpc.Tests.Support;

/// <summary>A server that follows a script on each connection, and keeps the connection until it is disposed.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Func<Http2Peer, Task> _script;
    private readonly List<Http2Peer> _peers = [];
    private readonly List<Task> _scripts = [];
    private readonly Task _accepting;

    public ScriptedServer(Func<Http2Peer, Task> script)
    {
        _script = script;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Address = new Uri($"http://{_listener.LocalEndPoint}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Connections so far.</summary>
    public int Connections => _peers.Count;

    /// <summary>Answers the first call of a connection as told.</summary>
    public static ScriptedServer AnswerWith(Func<Http2Peer, int, Task> answer) => new(async peer =>
    {
        await peer.ReadPrefaceAsync();
        await answer(peer, await peer.ReadMessageAsync());
    });

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        foreach (var peer in _peers)
        {
            peer.Dispose();
        }

        await Task.WhenAll(_scripts).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var peer = new Http2Peer(await _listener.AcceptAsync());
                _peers.Add(peer);
                _scripts.Add(_script(peer));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
