using System.Text.Json;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.State;
using Moodstream.Sidecar.Calls;

namespace Moodstream.Sidecar.State;

/// <summary>State over the sidecar (Dapr's contract, 4; <c>07-state.json</c>), which keeps it by app id.</summary>
/// <remarks>
/// Reads are tried again while they fail for trouble and their time lasts. Writes are not: after one without an answer
/// nobody knows whether it happened, and a second with the same etag would fail because of the first.
/// </remarks>
public sealed class SidecarStateStore : IStateStore
{
    // A value with each of its bytes escaped.
    private const int MaxAnswerBytes = 6 * StateLimits.MostValueBytes;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly SidecarClient _client;
    private readonly SidecarWatch _watch;
    private readonly TimeProvider _time;
    private readonly TimeSpan _limit;
    private readonly string _path;

    internal SidecarStateStore(
        SidecarClient client, SidecarWatch watch, IOptions<SidecarOptions> options, TimeProvider time)
    {
        _client = client;
        _watch = watch;
        _time = time;
        _limit = options.Value.StateTimeout;
        _path = $"/v1.0/state/{SidecarCall.Segment(options.Value.StateStore)}";
    }

    /// <inheritdoc />
    /// <exception cref="SidecarException">The sidecar or its store is in trouble.</exception>
    public async Task<StateEntry?> GetAsync(string key, CancellationToken cancellationToken)
    {
        StateLimits.CheckKey(key);
        await _watch.WaitAsync(cancellationToken);
        var started = _time.GetTimestamp();
        var left = _limit;
        for (var pause = Pause; ; pause *= 2)
        {
            try
            {
                return await ReadAsync(key, left, cancellationToken);
            }
            catch (SidecarException exception) when (
                exception.Failure is not SidecarFailure.Refused
                && _limit - _time.GetElapsedTime(started) > pause)
            {
                await Task.Delay(pause, _time, cancellationToken);
                left = _limit - _time.GetElapsedTime(started);
                if (left <= TimeSpan.Zero)
                {
                    throw; // The pause took longer than it was to.
                }
            }
        }
    }

    /// <inheritdoc />
    /// <exception cref="SidecarException">The sidecar or its store is in trouble; it may have been written.</exception>
    public Task<bool> SetAsync(
        string key, ReadOnlyMemory<byte> value, string? etag, CancellationToken cancellationToken) =>
        SetAsync(key, value, etag, null, cancellationToken);

    /// <summary>Writes a value that goes by itself.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">UTF-8 JSON.</param>
    /// <param name="etag">As for a write without time to live.</param>
    /// <param name="timeToLive">When it goes, in whole seconds; null: as before.</param>
    /// <param name="cancellationToken">Gives up waiting; the write may still happen.</param>
    /// <returns>False when <paramref name="etag"/> no longer matches; nothing is written then.</returns>
    /// <exception cref="SidecarException">The sidecar or its store is in trouble; it may have been written.</exception>
    public async Task<bool> SetAsync(
        string key,
        ReadOnlyMemory<byte> value,
        string? etag,
        TimeSpan? timeToLive,
        CancellationToken cancellationToken)
    {
        StateLimits.CheckKey(key);
        StateLimits.CheckValue(value);
        var call = new SidecarCall
        {
            Method = HttpMethod.Post,
            Path = _path,
            Body = StateBody.Save(new StateChange(key, value, etag, timeToLive)),
            Limit = _limit,
        };
        return await WriteAsync(call, "ERR_STATE_SAVE", key, etag, cancellationToken);
    }

    /// <inheritdoc />
    /// <exception cref="SidecarException">The sidecar or its store is in trouble; it may be deleted.</exception>
    public async Task<bool> DeleteAsync(string key, string? etag, CancellationToken cancellationToken)
    {
        StateLimits.CheckKey(key);
        var call = new SidecarCall { Method = HttpMethod.Delete, Path = Path(key), IfMatch = etag, Limit = _limit };
        return await WriteAsync(call, "ERR_STATE_DELETE", key, etag, cancellationToken);
    }

    /// <summary>Makes several changes. On Redis they are sent as one, but not taken back where one fails.</summary>
    /// <param name="changes">One or more, each of another key.</param>
    /// <param name="cancellationToken">Gives up waiting; the changes may still happen.</param>
    /// <exception cref="SidecarException">
    /// An etag did not match, or the store is in trouble: the sidecar does not say which of the two (Dapr's contract, 4).
    /// </exception>
    public async Task ApplyAsync(IReadOnlyList<StateChange> changes, CancellationToken cancellationToken)
    {
        foreach (var change in changes)
        {
            StateLimits.CheckKey(change.Key);
            StateLimits.CheckValue(change.Value ?? default);
        }

        var call = new SidecarCall
        {
            Method = HttpMethod.Post,
            Path = _path + "/transaction",
            Body = StateBody.Transaction(changes),
            Limit = _limit,
        };
        await _watch.WaitAsync(cancellationToken);
        var reply = await _client.SendAsync(call, cancellationToken);
        if (reply.Status is not 204)
        {
            throw SidecarException.Of(call, reply);
        }
    }

    private async Task<StateEntry?> ReadAsync(string key, TimeSpan limit, CancellationToken cancellationToken)
    {
        var call = new SidecarCall
        {
            Method = HttpMethod.Get,
            Path = Path(key),
            Limit = limit,
            MaxAnswerBytes = MaxAnswerBytes,
        };
        var reply = await _client.SendAsync(call, cancellationToken);
        switch (reply)
        {
            case { Status: 204 }:
                return null;
            case { Status: 200, IsWhole: true, ETag: { Length: > 0 } etag }:
                try
                {
                    return new StateEntry(StateBody.Value(reply.Body), etag);
                }
                catch (Exception exception) when (exception is JsonException or InvalidOperationException)
                {
                    throw SidecarException.Of(call, reply, exception);
                }

            default:
                throw SidecarException.Of(call, reply);
        }
    }

    private async Task<bool> WriteAsync(
        SidecarCall call, string errorCode, string key, string? etag, CancellationToken cancellationToken)
    {
        await _watch.WaitAsync(cancellationToken);
        var reply = await _client.SendAsync(call, cancellationToken);
        if (reply.Status is 204)
        {
            return true;
        }

        // An etag that does not match, or that this store cannot have given. But whatever keeps Redis from writing, a
        // full disk for one, is answered in the same way (components-contrib, state/redis): what is stored tells which it is.
        if (reply.Status is 409 or 400 && reply.ErrorCode == errorCode && etag is not null
            && ((await ReadAsync(key, _limit, cancellationToken))?.ETag ?? StateEntry.NeverETag) != etag)
        {
            return false;
        }

        throw SidecarException.Of(call, reply);
    }

    private string Path(string key) => $"{_path}/{SidecarCall.Segment(key)}";
}
