using System.Text.Json;
using System.Threading.Channels;
using Moodstream.Tests.Sidecar.Redis;
using Moodstream.Tests.Sidecar.Resources;

namespace Moodstream.Tests.Sidecar.PubSub;

/// <summary>pubsub.redis: topics are streams, the group and its one consumer are named as the app (Dapr's contract, 3.2 to 3.4).</summary>
internal sealed class RedisStreams : IAsyncDisposable
{
    private readonly RedisAddress _address;
    private readonly RedisClient _redis;
    private readonly Channel<Taken> _queue;
    private readonly string _group;
    private readonly int _queueDepth;
    private readonly int _maxLen;
    private readonly TimeSpan _processingTimeout;
    private readonly TimeSpan _redeliverInterval;
    private readonly TimeSpan _streamTtl;
    private readonly Faults _faults;
    private readonly Action<string> _log;
    private readonly List<Task> _workers = [];
    private readonly CancellationTokenSource _closed = new();

    public RedisStreams(Component component, string appId, Faults faults, Action<string> log)
    {
        (Name, _address, _faults, _log) = (component.Name, RedisAddress.Of(component), faults, log);
        _redis = new(_address);
        _group = component["consumerID"] is { Length: > 0 } id ? id : appId;
        _queueDepth = component.Int("queueDepth", 100);
        _maxLen = component.Int("maxLenApprox", 0);
        _processingTimeout = component.Duration("processingTimeout", TimeSpan.FromSeconds(60));
        // A text is silently taken for the default (06b-redeliver-as-text).
        _redeliverInterval = TimeSpan.FromMilliseconds(int.TryParse(component["redeliverInterval"], out var ms) ? ms : 15_000);
        _streamTtl = component.Duration("streamTTL", TimeSpan.Zero);
        _queue = Channel.CreateBounded<Taken>(_queueDepth);
        for (var i = 0; i < component.Int("concurrency", 10); i++)
        {
            _workers.Add(WorkAsync());
        }
    }

    public string Name { get; }

    /// <summary>Whether a delivery is being worked on.</summary>
    public int Busy => _busy;

    private int _busy;

    /// <summary>Fails when Redis is not there: a component whose start fails ends daprd.</summary>
    public Task ProbeAsync() => _redis.CommandAsync("PING");

    public async Task PublishAsync(string topic, byte[] data, IReadOnlyDictionary<string, string>? metadata)
    {
        if (_faults.Loses(topic))
        {
            return;
        }

        List<object> command = ["XADD", topic];
        if (_maxLen > 0)
        {
            command.AddRange(["MAXLEN", "~", _maxLen]);
        }
        else if (_streamTtl > TimeSpan.Zero)
        {
            command.AddRange(["MINID", "~", $"{(TimeProvider.System.GetUtcNow() - _streamTtl).ToUnixTimeMilliseconds()}-1"]);
        }

        command.AddRange(["*", "data", data]);
        if (metadata is not null)
        {
            command.AddRange(["metadata", GoJson.Map(metadata)]);
        }

        await _redis.CommandAsync([.. command]);
    }

    /// <summary>Reads a topic until the token is cancelled; a reader already waiting in Redis then still takes one more entry, which stays pending.</summary>
    public void Subscribe(string topic, Func<StreamMessage, CancellationToken, Task<Exception?>> handler, CancellationToken stopped)
    {
        _ = ReadAsync(topic, handler, stopped);
        _ = ReclaimAsync(topic, handler, stopped);
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _queue.Writer.TryComplete();
        await Task.WhenAll(_workers).WaitAsync(TimeSpan.FromSeconds(2), TimeProvider.System)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _redis.Dispose();
    }

    private async Task ReadAsync(string topic, Func<StreamMessage, CancellationToken, Task<Exception?>> handler, CancellationToken stopped)
    {
        using var reader = new RedisClient(_address);
        using var registration = _closed.Token.Register(reader.Dispose);
        var grouped = false;
        while (!stopped.IsCancellationRequested && !_closed.IsCancellationRequested)
        {
            try
            {
                if (!grouped)
                {
                    await GroupAsync(topic);
                    grouped = true;
                }

                var reply = await reader.BlockAsync(CancellationToken.None,
                    "XREADGROUP", "GROUP", _group, _group, "COUNT", _queueDepth, "BLOCK", 0, "STREAMS", topic, ">");
                foreach (var message in reply.Items().SelectMany(stream => Entries(stream.Items()[1])))
                {
                    await _queue.Writer.WriteAsync(new(topic, message, handler, stopped), stopped);
                }
            }
            catch (RedisRefusedException refused) when (refused.Message.StartsWith("NOGROUP", StringComparison.Ordinal))
            {
                grouped = false;
            }
            catch (Exception problem) when (!stopped.IsCancellationRequested && !_closed.IsCancellationRequested)
            {
                _log($"redis streams: error reading from stream {topic}: {problem.Message}");
                grouped = false;
                await PauseAsync(TimeSpan.FromMilliseconds(100), stopped);
            }
            catch (Exception)
            {
                return;
            }
        }
    }

    private async Task GroupAsync(string topic)
    {
        try
        {
            await _redis.CommandAsync("XGROUP", "CREATE", topic, _group, "0", "MKSTREAM");
        }
        catch (RedisRefusedException refused) when (refused.Message.StartsWith("BUSYGROUP", StringComparison.Ordinal))
        {
            // Ours of an earlier run, or another replica's.
        }
    }

    /// <summary>Takes over what has been pending for processingTimeout, whosever it was.</summary>
    private async Task ReclaimAsync(string topic, Func<StreamMessage, CancellationToken, Task<Exception?>> handler, CancellationToken stopped)
    {
        if (_processingTimeout == TimeSpan.Zero || _redeliverInterval == TimeSpan.Zero)
        {
            return;
        }

        do
        {
            try
            {
                while (await ReclaimOnceAsync(topic, handler, stopped))
                {
                }
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                // No group yet, or no Redis: again at the next turn.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
        while (await PauseAsync(_redeliverInterval, stopped));
    }

    private async Task<bool> ReclaimOnceAsync(string topic, Func<StreamMessage, CancellationToken, Task<Exception?>> handler, CancellationToken stopped)
    {
        var pending = await _redis.CommandAsync("XPENDING", topic, _group, "-", "+", _queueDepth);
        var limit = (long)_processingTimeout.TotalMilliseconds;
        var ids = pending.Items().Where(p => (long)p.Items()[2]! >= limit).Select(p => p.Items()[0].Text()).ToList();
        if (ids.Count == 0)
        {
            return false;
        }

        var claimed = Entries(await _redis.CommandAsync(["XCLAIM", topic, _group, _group, limit, .. ids])).ToList();
        foreach (var message in claimed)
        {
            await _queue.Writer.WriteAsync(new(topic, message, handler, stopped), stopped);
        }

        foreach (var gone in ids.Except(claimed.Select(m => m.Id)))
        {
            await _redis.CommandAsync("XACK", topic, _group, gone);
        }

        return true;
    }

    private async Task WorkAsync()
    {
        await Task.Yield();
        try
        {
            await foreach (var taken in _queue.Reader.ReadAllAsync(_closed.Token))
            {
                if (taken.Stopped.IsCancellationRequested)
                {
                    continue;
                }

                Interlocked.Increment(ref _busy);
                try
                {
                    await HandleAsync(taken);
                }
                catch (Exception problem)
                {
                    _log($"Error processing Redis message {taken.Message.Id}: {problem.Message}");
                }
                finally
                {
                    Interlocked.Decrement(ref _busy);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Closed.
        }
    }

    /// <summary>Acks what was handled and what failed in time; leaves pending what failed after its time or the subscription's end.</summary>
    private async Task HandleAsync(Taken taken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(taken.Stopped);
        if (_processingTimeout > TimeSpan.Zero)
        {
            limit.CancelAfter(_processingTimeout);
        }

        if (_faults.DeliversTwice)
        {
            await taken.Handler(taken.Message, limit.Token);
        }

        var problem = await taken.Handler(taken.Message, limit.Token);
        if (problem is not null)
        {
            _log($"Error processing Redis message {taken.Message.Id}: {problem.Message}");
            if (limit.IsCancellationRequested || taken.Stopped.IsCancellationRequested)
            {
                return;
            }
        }

        await _redis.CommandAsync("XACK", taken.Topic, _group, taken.Message.Id);
    }

    private async Task<bool> PauseAsync(TimeSpan time, CancellationToken stopped)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopped, _closed.Token);
        await Task.Delay(time, TimeProvider.System, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !either.IsCancellationRequested;
    }

    private static IEnumerable<StreamMessage> Entries(object? reply)
    {
        foreach (var entry in reply.Items().Where(e => e is not null))
        {
            byte[] data = [];
            Dictionary<string, string>? metadata = null;
            var fields = entry.Items()[1].Items();
            for (var i = 0; i + 1 < fields.Length; i += 2)
            {
                if (fields[i].Text() == "data")
                {
                    data = (byte[])fields[i + 1]!;
                }
                else if (fields[i].Text() == "metadata")
                {
                    metadata = ReadMetadata((byte[])fields[i + 1]!);
                }
            }

            yield return new(entry.Items()[0].Text(), data, metadata);
        }
    }

    private static Dictionary<string, string>? ReadMetadata(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString() ?? "");
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
