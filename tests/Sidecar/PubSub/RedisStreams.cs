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
    private readonly Channel<(Feed Feed, StreamMessage Message)> _queue;
    private readonly Channel<(string Topic, string Id)> _done = Channel.CreateUnbounded<(string, string)>(new() { SingleReader = true });
    private readonly string _group;
    private readonly int _queueDepth;
    private readonly TimeSpan _processingTimeout;
    private readonly TimeSpan _redeliverInterval;
    private readonly TimeSpan _streamTtl;
    private readonly Faults _faults;
    private readonly Action<string> _log;
    private readonly List<Task> _workers = [];
    private readonly Task _acking;
    private readonly CancellationTokenSource _closed = new();

    public RedisStreams(Component component, string appId, Faults faults, Action<string> log)
    {
        (Name, _address, _faults, _log) = (component.Name, RedisAddress.Of(component), faults, log);
        _redis = new(_address);
        _group = component["consumerID"] is { Length: > 0 } id ? id : appId;
        _queueDepth = component.Int("queueDepth", 100);
        _processingTimeout = component.Duration("processingTimeout", TimeSpan.FromSeconds(60));
        // daprd silently takes a text for the default (06b-redeliver-as-text); the double does not start.
        _redeliverInterval = TimeSpan.FromMilliseconds(component.Int("redeliverInterval", 15_000));
        _streamTtl = component.Duration("streamTTL", TimeSpan.Zero);
        _queue = Channel.CreateBounded<(Feed, StreamMessage)>(_queueDepth);
        for (var i = 0; i < component.Int("concurrency", 10); i++)
        {
            _workers.Add(WorkAsync());
        }

        _acking = AckAsync();
    }

    public string Name { get; }

    /// <summary>Deliveries being worked on or not acked yet.</summary>
    public int Busy => _busy;

    private int _busy;

    /// <summary>Fails when Redis is not there: a component whose start fails ends daprd.</summary>
    public Task ProbeAsync() => _redis.CommandAsync("PING");

    public async Task PublishAsync(string topic, byte[] data, IReadOnlyDictionary<string, string>? metadata)
    {
        if (!_faults.Loses(topic))
        {
            await _redis.CommandAsync(Add(topic, data, metadata));
        }
    }

    /// <summary>
    /// Stores entries at one go, which wakes once whoever waits for them; gives what Redis has against each, or null. Throws
    /// where not even that is known.
    /// </summary>
    public async Task<Exception?[]> PublishAsync(string topic, IReadOnlyList<BulkEntry> entries)
    {
        var lost = entries.Select(_ => _faults.Loses(topic)).ToArray();
        var adds = entries.Where((_, i) => !lost[i]).Select(e => Add(topic, e.Data, e.Metadata));
        var replies = (await _redis.TogetherAsync([["MULTI"], .. adds, ["EXEC"]]))[^1].Items();
        var next = 0;
        return [.. lost.Select(isLost => isLost ? null : replies[next++] as Exception)];
    }

    private object[] Add(string topic, byte[] data, IReadOnlyDictionary<string, string>? metadata)
    {
        List<object> command = ["XADD", topic];
        if (_streamTtl > TimeSpan.Zero)
        {
            command.AddRange(["MINID", "~", $"{(TimeProvider.System.GetUtcNow() - _streamTtl).ToUnixTimeMilliseconds()}-1"]);
        }

        command.AddRange(["*", "data", data]);
        if (metadata is not null)
        {
            command.AddRange(["metadata", GoJson.Map(metadata)]);
        }

        return [.. command];
    }

    /// <summary>Reads a topic until its token is cancelled; a reader already waiting in Redis then still takes one more entry, which stays pending.</summary>
    public void Subscribe(Feed feed)
    {
        _ = ReadAsync(feed);
        _ = ReclaimAsync(feed);
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _queue.Writer.TryComplete();
        var worked = Task.WhenAll(_workers).ContinueWith(_ => _done.Writer.TryComplete(), TaskScheduler.Default);
        await Task.WhenAll(worked, _acking).WaitAsync(TimeSpan.FromSeconds(2), TimeProvider.System)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _redis.Dispose();
    }

    private async Task ReadAsync(Feed feed)
    {
        using var reader = new RedisClient(_address);
        using var registration = _closed.Token.Register(reader.Dispose);
        var grouped = false;
        do
        {
            try
            {
                if (!grouped)
                {
                    await GroupAsync(feed.Topic);
                    grouped = true;
                }

                var reply = await reader.BlockAsync("XREADGROUP", "GROUP", _group, _group, "COUNT", _queueDepth, "BLOCK", 0, "STREAMS", feed.Topic, ">");
                foreach (var message in reply.Items().SelectMany(stream => Entries(stream.Items()[1])))
                {
                    await _queue.Writer.WriteAsync((feed, message), feed.Stopped);
                }
            }
            catch (Exception problem) when (problem is RedisRefusedException or RedisUnreachableException)
            {
                // Redis has gone, or came back without the group.
                _log($"redis streams: error reading from stream {feed.Topic}: {problem.Message}");
                grouped = false;
                await PauseAsync(TimeSpan.FromMilliseconds(100), feed.Stopped);
            }
        }
        while (!feed.Stopped.IsCancellationRequested && !_closed.IsCancellationRequested);
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
    private async Task ReclaimAsync(Feed feed)
    {
        do
        {
            try
            {
                while (await ReclaimOnceAsync(feed))
                {
                }
            }
            catch (Exception problem) when (problem is RedisRefusedException or RedisUnreachableException)
            {
                // No group yet, or no Redis: again at the next turn.
            }
        }
        while (await PauseAsync(_redeliverInterval, feed.Stopped));
    }

    /// <summary>False: nothing was due. What another sidecar claims first is its own; what was trimmed Redis 7 forgets by itself.</summary>
    private async Task<bool> ReclaimOnceAsync(Feed feed)
    {
        var pending = await _redis.CommandAsync("XPENDING", feed.Topic, _group, "-", "+", _queueDepth);
        var limit = (long)_processingTimeout.TotalMilliseconds;
        var ids = pending.Items().Where(p => (long)p.Items()[2]! >= limit).Select(p => p.Items()[0].Text()).ToList();
        if (ids.Count == 0)
        {
            return false;
        }

        foreach (var message in Entries(await _redis.CommandAsync(["XCLAIM", feed.Topic, _group, _group, limit, .. ids])))
        {
            await _queue.Writer.WriteAsync((feed, message), feed.Stopped);
        }

        return true;
    }

    private async Task WorkAsync()
    {
        await foreach (var (feed, message) in _queue.Reader.ReadAllAsync(_closed.Token))
        {
            if (feed.Stopped.IsCancellationRequested)
            {
                continue;
            }

            Interlocked.Increment(ref _busy);
            try
            {
                await HandleAsync(feed, message);
            }
            catch (Exception problem)
            {
                _log($"Error processing Redis message {message.Id}: {problem.Message}");
            }
            finally
            {
                Interlocked.Decrement(ref _busy);
            }
        }
    }

    /// <summary>Acks what was handled and what failed in time; leaves pending what failed after its time or the subscription's end.</summary>
    private async Task HandleAsync(Feed feed, StreamMessage message)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(feed.Stopped);
        limit.CancelAfter(_processingTimeout);
        if (_faults.DeliversAgain())
        {
            await feed.Deliver(message, limit.Token);
        }

        if (!_faults.LosesDelivery() && await feed.Deliver(message, limit.Token) is { } problem)
        {
            _log($"Error processing Redis message {message.Id}: {problem.Message}");
            // Both: a linked token may be told of the end after those who wait on the one it is linked to.
            if (limit.IsCancellationRequested || feed.Stopped.IsCancellationRequested)
            {
                return;
            }
        }

        Interlocked.Increment(ref _busy);
        _done.Writer.TryWrite((feed.Topic, message.Id));
    }

    /// <summary>Acks what is done; what comes meanwhile goes together.</summary>
    private async Task AckAsync()
    {
        while (await _done.Reader.WaitToReadAsync())
        {
            List<(string Topic, string Id)> done = [];
            while (done.Count < _queueDepth && _done.Reader.TryRead(out var one))
            {
                done.Add(one);
            }

            foreach (var topic in done.GroupBy(d => d.Topic, d => d.Id))
            {
                try
                {
                    await _redis.CommandAsync(["XACK", topic.Key, _group, .. topic]);
                }
                catch (Exception problem) when (problem is RedisRefusedException or RedisUnreachableException or OperationCanceledException)
                {
                    _log($"Error acknowledging Redis messages {string.Join(' ', topic)}: {problem.Message}");
                }
            }

            Interlocked.Add(ref _busy, -done.Count);
        }
    }

    private async Task<bool> PauseAsync(TimeSpan time, CancellationToken stopped)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopped, _closed.Token);
        await Task.Delay(time, TimeProvider.System, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !either.IsCancellationRequested;
    }

    private static IEnumerable<StreamMessage> Entries(object? reply) => reply.Items().Select(entry =>
    {
        var fields = entry.Items()[1].Fields();
        return new StreamMessage(entry.Items()[0].Text(), fields["data"], fields.TryGetValue("metadata", out var json) ? Metadata(json) : null);
    });

    private static Dictionary<string, string> Metadata(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString() ?? "");
    }
}
