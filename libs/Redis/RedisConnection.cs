using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Moodstream.Redis.Wire;

namespace Moodstream.Redis;

/// <summary>One connection: calls out, answers in, in the same order. One call at a time.</summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private const int FlushBytes = 64 * 1024;

    private readonly RedisAddress _address;
    private readonly RedisClientOptions _options;
    private readonly TimeProvider _time;
    private readonly Socket _socket;
    private readonly RespDecoder _decoder;
    private Stream? _stream;
    private PipeReader? _input;
    private PipeWriter? _output;
    private bool _failed;

    private RedisConnection(RedisAddress address, RedisClientOptions options, TimeProvider time)
    {
        _address = address;
        _options = options;
        _time = time;
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _decoder = new RespDecoder(new RespLimits { MaxReplyBytes = options.MaxReplyBytes });
    }

    /// <summary>Whether a call may be tried: nothing failed, and the server has not hung up meanwhile.</summary>
    public bool IsUsable => !_failed && !(_socket.Poll(0, SelectMode.SelectRead) && _socket.Available == 0);

    public static async Task<RedisConnection> OpenAsync(
        RedisAddress address, RedisClientOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var connection = new RedisConnection(address, options, time);
        try
        {
            await connection.LimitedAsync(
                "connecting", options.ConnectTimeout, connection.ConnectAsync, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends calls and waits for as many answers, errors of the server among them.</summary>
    /// <exception cref="RedisException">The connection failed, and is not usable any more.</exception>
    public Task<IReadOnlyList<RespValue>> CallAsync(
        IReadOnlyList<RedisCommand> commands, CancellationToken cancellationToken) =>
        LimitedAsync(commands[0].Name, _options.CallTimeout, token => ExchangeAsync(commands, token), cancellationToken);

    /// <summary>What an error of the server is to a caller.</summary>
    public static RedisException Refused(RedisCommand command, RespValue error, RedisAddress address)
    {
        var text = error.ToErrorText();
        return new RedisException(RedisFailure.Refused, $"{address} refused {command.Name}: {RespValue.Shorten(text)}")
        {
            Code = text.Split(' ', 2)[0],
        };
    }

    public async ValueTask DisposeAsync()
    {
        _failed = true;
        if (_stream is not null)
        {
            await _stream.DisposeAsync();
        }

        _socket.Dispose();
    }

    private async Task<bool> ConnectAsync(CancellationToken cancellationToken)
    {
        await _socket.ConnectAsync(_address.Host, _address.Port, cancellationToken);
        _stream = new NetworkStream(_socket);
        if (_address.UseTls)
        {
            var tls = new SslStream(_stream);
            _stream = tls;
            await tls.AuthenticateAsClientAsync(RedisTls.For(_address, _options), cancellationToken);
        }

        _input = PipeReader.Create(_stream);
        _output = PipeWriter.Create(_stream);
        await GreetAsync(cancellationToken);
        return true;
    }

    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        var commands = new List<RedisCommand>();
        if (_address.Password is { } password)
        {
            var auth = new RedisCommand("AUTH");
            commands.Add((_address.Username is { } user ? auth.Add(user) : auth).Add(password));
        }

        if (_address.Database > 0)
        {
            commands.Add(new RedisCommand("SELECT").Add(_address.Database));
        }

        if (commands.Count == 0)
        {
            return;
        }

        var replies = await ExchangeAsync(commands, cancellationToken);
        for (var i = 0; i < replies.Count; i++)
        {
            if (replies[i].Kind == RespKind.Error)
            {
                throw Refused(commands[i], replies[i], _address);
            }
        }
    }

    private async Task<IReadOnlyList<RespValue>> ExchangeAsync(
        IReadOnlyList<RedisCommand> commands, CancellationToken cancellationToken)
    {
        var (input, output) = (_input!, _output!); // set by ConnectAsync, which comes before every call
        foreach (var command in commands)
        {
            command.WriteTo(output);
            if (output.UnflushedBytes >= FlushBytes)
            {
                await output.FlushAsync(cancellationToken);
            }
        }

        await output.FlushAsync(cancellationToken);
        var replies = new RespValue[commands.Count];
        for (var i = 0; i < replies.Length; i++)
        {
            replies[i] = await ReadAsync(input, cancellationToken);
        }

        return replies;
    }

    private async Task<RespValue> ReadAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            var reply = _decoder.TryRead(ref buffer);
            input.AdvanceTo(buffer.Start, reply is null ? buffer.End : buffer.Start);
            if (reply is not null)
            {
                return reply;
            }

            if (read.IsCompleted)
            {
                throw new EndOfStreamException("the server ended the connection before it answered");
            }
        }
    }

    private async Task<T> LimitedAsync<T>(
        string doing, TimeSpan limit, Func<CancellationToken, Task<T>> step, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await step(either.Token);
        }
        catch (Exception exception)
        {
            _failed = true;
            throw exception switch
            {
                OperationCanceledException when cancellationToken.IsCancellationRequested =>
                    new OperationCanceledException(exception.Message, exception, cancellationToken),
                OperationCanceledException => new RedisException(
                    RedisFailure.TimedOut, $"{_address}: {doing} took longer than {limit.TotalSeconds} s", exception),
                SocketException or IOException => new RedisException(
                    RedisFailure.Unreachable, $"{_address}: {doing}: {exception.Message}", exception),
                AuthenticationException => new RedisException(
                    RedisFailure.Unreachable, $"{_address}: {doing}: no TLS: {exception.Message}", exception),
                RespFormatException => new RedisException(
                    RedisFailure.Protocol, $"{_address}: {doing}: {exception.Message}", exception),
                _ => exception,
            };
        }
    }
}
