using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Moodstream.Tests.Sidecar.Redis;

/// <summary>What Redis refused, in its own words.</summary>
public sealed class RedisRefusedException(string message) : Exception(message);

/// <summary>Redis could not be reached, or went away with commands under way.</summary>
public sealed class RedisUnreachableException(string message) : Exception(message);

/// <summary>One connection: commands go out as they come, replies come back in their order.</summary>
/// <remarks>A reply is a <c>byte[]</c>, a <c>string</c> (status), a <c>long</c>, an <c>object?[]</c>, an exception or null.</remarks>
internal sealed class RespConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly BufferedStream _input;
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource<object?>> _waiting = [];
    private MemoryStream _output = new();
    private bool _writing;
    private Exception? _broken;

    private RespConnection(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _input = new BufferedStream(_stream, 64 * 1024);
    }

    public bool Broken => _broken is not null;

    public static async Task<RespConnection> OpenAsync(string host, int port, int database, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken);
        }
        catch (SocketException problem)
        {
            socket.Dispose();
            var why = problem.SocketErrorCode == SocketError.ConnectionRefused ? "connection refused" : problem.Message;
            throw new RedisUnreachableException($"dial tcp {host}:{port}: connect: {why}");
        }

        var connection = new RespConnection(socket);
        _ = connection.ReadAsync();
        if (database != 0)
        {
            await connection.SendAsync(["SELECT", database]);
        }

        return connection;
    }

    /// <summary>Sends a command; completes with its reply, or throws when the connection breaks first.</summary>
    public Task<object?> SendAsync(ReadOnlySpan<object> command)
    {
        var reply = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_broken is not null)
            {
                throw _broken;
            }

            _waiting.Enqueue(reply);
            Write(_output, command);
            if (!_writing)
            {
                _writing = true;
                _ = FlushAsync();
            }
        }

        return reply.Task;
    }

    /// <summary>Sends commands with nothing of anybody else's between them.</summary>
    public Task<object?[]> SendTogetherAsync(IReadOnlyList<object[]> commands)
    {
        lock (_lock)
        {
            return Task.WhenAll(commands.Select(command => SendAsync(command)).ToList());
        }
    }

    public void Dispose() => Break(new RedisUnreachableException("redis: client is closed"));

    private static void Write(MemoryStream output, ReadOnlySpan<object> command)
    {
        Text(output, $"*{command.Length}\r\n");
        foreach (var part in command)
        {
            var bytes = part as byte[] ?? Encoding.UTF8.GetBytes(Convert.ToString(part, CultureInfo.InvariantCulture)!);
            Text(output, $"${bytes.Length}\r\n");
            output.Write(bytes);
            output.Write("\r\n"u8);
        }
    }

    private static void Text(MemoryStream output, string text) => output.Write(Encoding.ASCII.GetBytes(text));

    private async Task FlushAsync()
    {
        var spare = new MemoryStream();
        try
        {
            while (true)
            {
                MemoryStream batch;
                lock (_lock)
                {
                    if (_output.Length == 0)
                    {
                        _writing = false;
                        return;
                    }

                    (batch, _output) = (_output, spare);
                }

                await _stream.WriteAsync(batch.GetBuffer().AsMemory(0, (int)batch.Length));
                batch.SetLength(0);
                spare = batch;
            }
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException)
        {
            Break(new RedisUnreachableException(problem.Message));
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                var reply = await ReplyAsync();
                TaskCompletionSource<object?> waiting;
                lock (_lock)
                {
                    waiting = _waiting.Dequeue();
                }

                _ = reply is Exception refused ? waiting.TrySetException(refused) : waiting.TrySetResult(reply);
            }
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException or FormatException)
        {
            Break(new RedisUnreachableException(problem is EndOfStreamException ? "EOF" : problem.Message));
        }
    }

    private async Task<object?> ReplyAsync()
    {
        var line = await LineAsync();
        switch (line[0])
        {
            case '+': return line[1..];
            case '-': return new RedisRefusedException(line[1..]);
            case ':': return long.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
            case '$':
                var length = int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
                if (length < 0)
                {
                    return null;
                }

                var bytes = new byte[length + 2];
                await _input.ReadExactlyAsync(bytes);
                return bytes[..length];
            case '*':
                var items = new object?[int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture)];
                for (var i = 0; i < items.Length; i++)
                {
                    items[i] = await ReplyAsync();
                }

                return items;
            default: throw new FormatException($"'{line}' where a reply of Redis begins with one of + - : $ *");
        }
    }

    private async Task<string> LineAsync()
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            if (await _input.ReadAsync(one) == 0)
            {
                throw new EndOfStreamException();
            }

            if (one[0] == '\n' && line.Length > 0 && line[^1] == '\r')
            {
                return line.ToString(0, line.Length - 1);
            }

            line.Append((char)one[0]);
        }
    }

    private void Break(Exception why)
    {
        List<TaskCompletionSource<object?>> lost;
        lock (_lock)
        {
            _broken ??= why;
            lost = [.. _waiting];
            _waiting.Clear();
        }

        _socket.Dispose();
        foreach (var waiting in lost)
        {
            waiting.TrySetException(why);
        }
    }
}
