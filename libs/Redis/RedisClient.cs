using Moodstream.Redis.Wire;

namespace Moodstream.Redis;

/// <summary>
/// A client of one Redis server for the few commands that Moodstream needs. One connection, made at the first call and
/// again after a failure; calls take turns. Nothing is repeated by itself: whoever calls knows whether it may be. Safe
/// for concurrent use.
/// </summary>
/// <param name="address">The server.</param>
/// <param name="options">Limits; null: the defaults.</param>
/// <param name="time">Clock of the time limits; null: the system's.</param>
/// <remarks>
/// Every method throws <see cref="RedisException"/> when the call fails, and
/// <see cref="OperationCanceledException"/> when the token is cancelled; after either the call may or may not have been
/// carried out.
/// </remarks>
public sealed class RedisClient(RedisAddress address, RedisClientOptions? options = null, TimeProvider? time = null)
    : IAsyncDisposable
{
    private readonly RedisClientOptions _options = options ?? new RedisClientOptions();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly SemaphoreSlim _turn = new(1);
    private RedisConnection? _connection;

    /// <summary>The server.</summary>
    public RedisAddress Address => address;

    /// <summary>PING.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task PingAsync(CancellationToken cancellationToken) =>
        Expect("PONG", (await CallAsync(new RedisCommand("PING"), cancellationToken)).ToText());

    /// <summary>PUBLISH of several messages, in order.</summary>
    /// <param name="channel">Channel; case matters.</param>
    /// <param name="messages">Any number; one call on the wire.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>How many clients received each.</returns>
    public async Task<IReadOnlyList<long>> PublishAsync(
        string channel, IReadOnlyList<ReadOnlyMemory<byte>> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0)
        {
            return [];
        }

        var commands = messages.Select(m => new RedisCommand("PUBLISH").Add(channel).Add(m)).ToArray();
        return [.. (await CallAsync(commands, cancellationToken)).Select(r => r.ToInteger())];
    }

    /// <summary>XLEN.</summary>
    /// <param name="stream">Key; a missing one has no entries.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<long> LengthAsync(string stream, CancellationToken cancellationToken) =>
        (await CallAsync(new RedisCommand("XLEN").Add(stream), cancellationToken)).ToInteger();

    /// <summary>XRANGE … COUNT: entries in order, oldest first.</summary>
    /// <param name="stream">Key; a missing one has no entries.</param>
    /// <param name="start">First id, <c>-</c> for the oldest, <c>(id</c> for behind an id.</param>
    /// <param name="end">Last id, <c>+</c> for the newest.</param>
    /// <param name="count">Most entries, 1 or more.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<IReadOnlyList<StreamEntry>> RangeAsync(
        string stream, string start, string end, int count, CancellationToken cancellationToken)
    {
        var command = new RedisCommand("XRANGE").Add(stream).Add(start).Add(end).Add("COUNT").Add(count);
        return [.. (await CallAsync(command, cancellationToken)).ToItems().Select(StreamReply.ReadEntry)];
    }

    /// <summary>XREVRANGE … COUNT 1: the newest entry.</summary>
    /// <param name="stream">Key.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Null when there is none.</returns>
    public async Task<StreamEntry?> NewestAsync(string stream, CancellationToken cancellationToken)
    {
        var command = new RedisCommand("XREVRANGE").Add(stream).Add("+").Add("-").Add("COUNT").Add(1);
        return (await CallAsync(command, cancellationToken)).ToItems() is [var entry] ? StreamReply.ReadEntry(entry) : null;
    }

    /// <summary>XADD under an id of the server's choice.</summary>
    /// <param name="stream">Key; made when missing.</param>
    /// <param name="fields">At least one.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The id.</returns>
    public async Task<string> AddAsync(
        string stream, IReadOnlyList<StreamField> fields, CancellationToken cancellationToken)
    {
        var command = new RedisCommand("XADD").Add(stream).Add("*");
        foreach (var field in fields)
        {
            command.Add(field.Name).Add(field.Value);
        }

        return (await CallAsync(command, cancellationToken)).ToText();
    }

    /// <summary>XDEL.</summary>
    /// <param name="stream">Key.</param>
    /// <param name="id">Id of an entry.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Whether it was there.</returns>
    public async Task<bool> DeleteAsync(string stream, string id, CancellationToken cancellationToken) =>
        (await CallAsync(new RedisCommand("XDEL").Add(stream).Add(id), cancellationToken)).ToInteger() > 0;

    /// <summary>CONFIG GET of one setting.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Its value; null when the server does not know it.</returns>
    public async Task<string?> ConfigAsync(string name, CancellationToken cancellationToken)
    {
        var reply = await CallAsync(new RedisCommand("CONFIG").Add("GET").Add(name), cancellationToken);
        return reply.ToItems() is [_, var value] ? value.ToText() : null;
    }

    /// <summary>One field of INFO, such as <c>redis_version</c> of section <c>server</c>.</summary>
    /// <param name="section">Section.</param>
    /// <param name="field">Field.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Its value; null when the server does not tell it.</returns>
    public async Task<string?> InfoAsync(string section, string field, CancellationToken cancellationToken)
    {
        var reply = await CallAsync(new RedisCommand("INFO").Add(section), cancellationToken);
        return reply.ToText().Split("\r\n")
            .FirstOrDefault(l => l.StartsWith($"{field}:", StringComparison.Ordinal))?[(field.Length + 1)..];
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            await connection.DisposeAsync();
        }

        _turn.Dispose();
    }

    /// <summary>Any other command.</summary>
    internal async Task<RespValue> CallAsync(RedisCommand command, CancellationToken cancellationToken) =>
        (await CallAsync([command], cancellationToken))[0];

    private async Task<IReadOnlyList<RespValue>> CallAsync(
        RedisCommand[] commands, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var connection = await ConnectedAsync(cancellationToken);
            var replies = await connection.CallAsync(commands, cancellationToken);
            var refused = replies.FirstOrDefault(r => r.Kind == RespKind.Error);
            return refused is null ? replies : throw RedisConnection.Refused(commands[0], refused, address);
        }
        finally
        {
            _turn.Release();
        }
    }

    // A connection that failed is not used again: an answer that came late would be taken for the next call's.
    private async Task<RedisConnection> ConnectedAsync(CancellationToken cancellationToken)
    {
        if (_connection is { } open)
        {
            if (open.IsUsable)
            {
                return open;
            }

            _connection = null;
            await open.DisposeAsync();
        }

        return _connection = await RedisConnection.OpenAsync(address, _options, _time, cancellationToken);
    }

    private void Expect(string expected, string came)
    {
        if (came != expected)
        {
            throw new RedisException(
                RedisFailure.Protocol, $"{address}: expected {expected}, came {RespValue.Shorten(came)}");
        }
    }
}
