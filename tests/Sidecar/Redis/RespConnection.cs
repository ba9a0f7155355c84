using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using Moodstream.Redis.Wire;

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
    private readonly PipeReader _input;
    private readonly RespDecoder _decoder = new(new RespLimits());
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource<object?>> _waiting = [];
    private ArrayBufferWriter<byte> _output = new();
    private ArrayBufferWriter<byte> _spare = new();
    private bool _writing;
    private Exception? _broken;

    private RespConnection(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _input = PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
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
        lock (_lock)
        {
            var reply = Add(command);
            Flush();
            return reply;
        }
    }

    /// <summary>Sends commands with nothing of anybody else's between them, in one go.</summary>
    public Task<object?[]> SendTogetherAsync(IReadOnlyList<object[]> commands)
    {
        lock (_lock)
        {
            var replies = commands.Select(command => Add(command)).ToList();
            Flush();
            return Task.WhenAll(replies);
        }
    }

    public void Dispose() => Break(new RedisUnreachableException("redis: client is closed"));

    private static RedisCommand Command(ReadOnlySpan<object> parts)
    {
        var command = new RedisCommand((string)parts[0]);
        foreach (var part in parts[1..])
        {
            _ = part is byte[] bytes ? command.Add(bytes) : command.Add(Convert.ToString(part, CultureInfo.InvariantCulture)!);
        }

        return command;
    }

    /// <summary>Under the lock.</summary>
    private Task<object?> Add(ReadOnlySpan<object> command)
    {
        if (_broken is not null)
        {
            throw _broken;
        }

        var reply = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue(reply);
        Command(command).WriteTo(_output);
        return reply.Task;
    }

    /// <summary>Under the lock, once everything is added that is to go out as one write.</summary>
    private void Flush()
    {
        if (!_writing)
        {
            _writing = true;
            _ = FlushAsync();
        }
    }

    private async Task FlushAsync()
    {
        try
        {
            while (true)
            {
                ArrayBufferWriter<byte> batch;
                lock (_lock)
                {
                    if (_output.WrittenCount == 0)
                    {
                        _writing = false;
                        return;
                    }

                    (batch, _output) = (_output, _spare);
                }

                await _stream.WriteAsync(batch.WrittenMemory);
                batch.ResetWrittenCount();
                _spare = batch;
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
                var reply = Plain(await ReplyAsync());
                TaskCompletionSource<object?> waiting;
                lock (_lock)
                {
                    waiting = _waiting.Dequeue();
                }

                _ = reply is Exception refused ? waiting.TrySetException(refused) : waiting.TrySetResult(reply);
            }
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException or RespFormatException)
        {
            Break(new RedisUnreachableException(problem is EndOfStreamException ? "EOF" : problem.Message));
        }
    }

    private async Task<RespValue> ReplyAsync()
    {
        while (true)
        {
            var read = await _input.ReadAsync();
            var buffer = read.Buffer;
            var reply = _decoder.TryRead(ref buffer);
            _input.AdvanceTo(buffer.Start, reply is null ? buffer.End : buffer.Start);
            if (reply is not null || read.IsCompleted)
            {
                return reply ?? throw new EndOfStreamException();
            }
        }
    }

    private static object? Plain(RespValue reply) => reply.Kind switch
    {
        RespKind.Null => null,
        RespKind.SimpleString => reply.ToText(),
        RespKind.Error => new RedisRefusedException(reply.ToErrorText()),
        RespKind.Integer => reply.Integer,
        RespKind.BulkString => reply.Bytes.ToArray(),
        _ => reply.Items.Select(Plain).ToArray(),
    };

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
