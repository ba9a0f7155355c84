using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Moodstream.Redis;
using Moodstream.Redis.Wire;

namespace Moodstream.Tests.Cluster;

/// <summary>Reads topics as Dapr keeps them: a stream each, CloudEvents in the field <c>data</c> (recording 02a).</summary>
/// <param name="port">Redis' port.</param>
public sealed class RedisTopics(int port) : IAsyncDisposable
{
    private const int PageSize = 1000;

    private readonly RedisClient _redis = new(new RedisAddress { Host = "127.0.0.1", Port = port });
    private readonly Dictionary<string, (string Id, byte[] Data)> _last = new(StringComparer.Ordinal);

    /// <summary>CloudEvent ids of all events of a topic, in order, repeats included.</summary>
    public async Task<IReadOnlyList<string>> IdsAsync(string topic)
    {
        var ids = new List<string>();
        await foreach (var entry in ReadAsync(topic, "-"))
        {
            using var document = JsonDocument.Parse(entry["data"]!.Value);
            ids.Add(document.RootElement.GetProperty("id").GetString()!);
        }

        return ids;
    }

    /// <summary>The newest message of a topic, also while Redis is away; null before the first.</summary>
    public async Task<T?> LastAsync<T>(string topic, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            await foreach (var entry in ReadAsync(topic, _last.TryGetValue(topic, out var last) ? $"({last.Id}" : "-"))
            {
                _last[topic] = (entry.Id, entry["data"]!.Value.ToArray());
            }
        }
        catch (RedisException)
        {
            // What was read before stands.
        }

        if (!_last.TryGetValue(topic, out var newest))
        {
            return null;
        }

        using var document = JsonDocument.Parse(newest.Data);
        return document.RootElement.GetProperty("data").Deserialize(type);
    }

    /// <summary>Whether apps have taken and answered every event of a topic.</summary>
    public async Task<bool> IsDrainedAsync(string topic, params string[] apps)
    {
        var groups = await _redis.CallAsync(new RedisCommand("XINFO").Add("GROUPS").Add(topic), CancellationToken.None);
        var drained = 0;
        foreach (var group in groups.ToItems())
        {
            var fields = group.ToItems().Chunk(2).ToDictionary(f => f[0].ToText(), f => f[1]);
            if (apps.Contains(fields["name"].ToText()))
            {
                drained += fields["pending"].ToInteger() == 0 && fields["lag"] is { Kind: RespKind.Integer } lag && lag.ToInteger() == 0 ? 1 : 0;
            }
        }

        return drained == apps.Length;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    private async IAsyncEnumerable<StreamEntry> ReadAsync(string topic, string from)
    {
        while (true)
        {
            var page = await _redis.RangeAsync(topic, from, "+", PageSize, CancellationToken.None);
            foreach (var entry in page)
            {
                yield return entry;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }

            from = $"({page[^1].Id}";
        }
    }
}
