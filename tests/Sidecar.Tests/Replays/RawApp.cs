using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Moodstream.Sidecar.Tests.Replays;

/// <summary>A request as it came over the wire: header names as spelled there.</summary>
internal sealed record RawRequest(string Method, string Path, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body);

/// <summary>An answer to write; null: the connection is closed without one.</summary>
internal sealed record RawAnswer(int Status, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body);

/// <summary>An HTTP/1.1 server that hides nothing: what the recordings were made with.</summary>
internal sealed class RawApp : IAsyncDisposable
{
    private readonly Func<RawRequest, CancellationToken, Task<RawAnswer?>> _answer;
    private readonly CancellationTokenSource _closed = new();
    private TcpListener _listener = new(IPAddress.Loopback, 0);

    public RawApp(Func<RawRequest, CancellationToken, Task<RawAnswer?>> answer)
    {
        _answer = answer;
        // Takes the port without listening: an app that is not there yet has one all the same.
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _listener.Stop();
    }

    public int Port { get; }

    public void Listen()
    {
        _listener = new(IPAddress.Loopback, Port);
        _listener.Start();
        _ = AcceptAsync(_listener);
    }

    public ValueTask DisposeAsync()
    {
        _closed.Cancel();
        _listener.Stop();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptSocketAsync(_closed.Token));
            }
        }
        catch (Exception problem) when (problem is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var _ = socket;
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token);
        try
        {
            await using var stream = new NetworkStream(socket);
            while (await ReadAsync(stream, gone.Token) is { } request)
            {
                var answering = _answer(request, gone.Token);
                var peek = socket.ReceiveAsync(new byte[1], SocketFlags.Peek, gone.Token).AsTask();
                if (await Task.WhenAny(answering, peek) == peek && await peek == 0)
                {
                    await gone.CancelAsync();
                    return;
                }

                if (await answering is not { } answer)
                {
                    return;
                }

                var head = new StringBuilder($"HTTP/1.1 {answer.Status} X\r\n");
                foreach (var (name, value) in answer.Headers.Where(h => h.Name != "Content-Length"))
                {
                    head.Append($"{name}: {value}\r\n");
                }

                head.Append(answer.Status == 204 ? "\r\n" : $"Content-Length: {answer.Body.Length}\r\n\r\n");
                await stream.WriteAsync((byte[])[.. Encoding.UTF8.GetBytes(head.ToString()), .. answer.Body], gone.Token);
            }
        }
        catch (Exception problem) when (problem is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The sidecar has gone.
        }
    }

    private static async Task<RawRequest?> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        if (await LineAsync(stream, cancellationToken) is not { } first)
        {
            return null;
        }

        List<(string Name, string Value)> headers = [];
        while (await LineAsync(stream, cancellationToken) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add((line[..colon], line[(colon + 1)..].Trim()));
        }

        var body = new byte[int.Parse(headers.Find(h => h.Name == "Content-Length").Value ?? "0", null)];
        await stream.ReadExactlyAsync(body, cancellationToken);
        var parts = first.Split(' ');
        return new(parts[0], parts[1], headers, body);
    }

    private static async Task<string?> LineAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        List<byte> line = [];
        var one = new byte[1];
        while (await stream.ReadAsync(one, cancellationToken) > 0)
        {
            if (one[0] == '\n')
            {
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(one[0]);
        }

        return null;
    }
}
