using System.Text;
using Moodstream.Tests.Sidecar.Resources;

namespace Moodstream.Tests.Sidecar.Redis;

/// <summary>A Redis that may go away: dials again, and sends a command that found no server again, as daprd's client does.</summary>
internal sealed class RedisClient(RedisAddress address, int database = 0) : IDisposable
{
    /// <summary>A dial is tried so often with so long between: with the retries of a command 1.7 s (Dapr's contract, 02b-publish-errors).</summary>
    private const int Dials = 5;

    /// <summary>After so many commands found no server in a row a dial is tried once only: 03-publish-bulk fails at once in the end.</summary>
    private const int Patience = 20;

    private static readonly TimeSpan BetweenDials = TimeSpan.FromMilliseconds(100);
    private readonly Lock _lock = new();
    private int _failures;
    private readonly CancellationTokenSource _closed = new();
    private Task<RespConnection>? _connection;

    /// <summary>Sends a command whose reply comes at once; throws after the retries and the read timeout of the component.</summary>
    public async Task<object?> CommandAsync(params object[] command)
    {
        var backOff = address.MinRetryInterval;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var connection = await ConnectionAsync();
                _failures = 0;
                try
                {
                    return await connection.SendAsync(command)
                        .WaitAsync(address.ReadTimeout, TimeProvider.System, _closed.Token);
                }
                catch (TimeoutException)
                {
                    connection.Dispose();
                    throw new RedisUnreachableException($"read tcp {address.Host}:{address.Port}: i/o timeout");
                }
            }
            catch (RedisUnreachableException) when (Interlocked.Increment(ref _failures) < Patience && attempt < address.MaxRetries && !_closed.IsCancellationRequested)
            {
                await Task.Delay(backOff, TimeProvider.System, _closed.Token);
                backOff = TimeSpan.FromTicks(Math.Min(backOff.Ticks * 2, address.MaxRetryInterval.Ticks));
            }
            catch (RedisRefusedException refused) when (refused.Message.StartsWith("LOADING", StringComparison.Ordinal)
                && attempt < address.MaxRetries)
            {
                await Task.Delay(backOff, TimeProvider.System, _closed.Token);
            }
        }
    }

    /// <summary>Sends a command that may wait for long, on a connection nobody else uses.</summary>
    public async Task<object?> BlockAsync(params object[] command) => await (await ConnectionAsync()).SendAsync(command);

    /// <summary>Sends commands back to back on one connection, so that nothing comes between (MULTI … EXEC).</summary>
    public async Task<object?[]> TogetherAsync(IReadOnlyList<object[]> commands)
    {
        var connection = await ConnectionAsync();
        return await connection.SendTogetherAsync(commands).WaitAsync(address.ReadTimeout, TimeProvider.System, _closed.Token);
    }

    public void Dispose()
    {
        _closed.Cancel();
        lock (_lock)
        {
            if (_connection is { IsCompletedSuccessfully: true })
            {
                _connection.Result.Dispose();
            }
        }
    }

    /// <summary>The connection, or the one dial that all who need it wait for.</summary>
    private Task<RespConnection> ConnectionAsync()
    {
        lock (_lock)
        {
            return _connection is { IsCompleted: false } or { IsCompletedSuccessfully: true, Result.Broken: false }
                ? _connection : _connection = DialAsync();
        }
    }

    private async Task<RespConnection> DialAsync()
    {
        await Task.Yield();
        for (var dial = 1; ; dial++)
        {
            try
            {
                return await RespConnection.OpenAsync(address.Host, address.Port, database, _closed.Token);
            }
            catch (RedisUnreachableException) when (dial < Dials && _failures < Patience)
            {
                await Task.Delay(BetweenDials, TimeProvider.System, _closed.Token);
            }
        }
    }
}

/// <summary>Reading replies.</summary>
internal static class Replies
{
    public static string Text(this object? reply) => Encoding.UTF8.GetString((byte[])reply!);

    public static object?[] Items(this object? reply) => reply as object?[] ?? [];

    /// <summary>Fields and values in turn.</summary>
    public static Dictionary<string, byte[]> Fields(this object? reply) => reply.Items().Chunk(2).ToDictionary(f => f[0].Text(), f => (byte[])f[1]!);
}
