using System.Globalization;
using System.Text.Json;
using Moodstream.Tests.Sidecar.PubSub;
using Moodstream.Tests.Sidecar.Redis;
using Moodstream.Tests.Sidecar.Resources;

namespace Moodstream.Tests.Sidecar.State;

/// <summary>A write that was refused, with the status it is answered with.</summary>
internal sealed class StateException(int status, string message) : Exception(message)
{
    public int Status => status;
}

/// <summary>One item to write or delete; value null: delete.</summary>
internal sealed record StateItem(string Key, byte[]? Value, string? Etag, bool FirstWrite, string? Ttl);

/// <summary>state.redis: each key a hash of data and version, which is the etag (Dapr's contract, 3.5; 07-state).</summary>
internal sealed class RedisState(Component component, string appId) : IDisposable
{
    // Fails in its line 14 and its line 6, as the component's own scripts do: callers see those numbers.
    private const string SetScript = """
        local etag = redis.pcall("HGET", KEYS[1], "version");
        if type(etag) == "table" then
          redis.call("DEL", KEYS[1]);
        end;
        local fwr = redis.pcall("HGET", KEYS[1], "first-write");
        local free = not etag or type(etag) == "table" or etag == "";
        if free or etag == ARGV[1] or (not fwr and ARGV[1] == "0") then
          redis.call("HSET", KEYS[1], "data", ARGV[2]);
          if ARGV[3] == "0" then
            redis.call("HSET", KEYS[1], "first-write", 0);
          end;
          return redis.call("HINCRBY", KEYS[1], "version", 1);
        else
          return error("failed to set key " .. KEYS[1]);
        end
        """;

    private const string DeleteScript = """
        local etag = redis.pcall("HGET", KEYS[1], "version");
        local free = not etag or type(etag) == "table" or etag == "";
        if free or etag == ARGV[1] or ARGV[1] == "0" then
          return redis.call("DEL", KEYS[1]);
        else
          return error("failed to delete " .. KEYS[1]);
        end
        """;

    private readonly RedisClient _redis = new(RedisAddress.Of(component));

    public string Name => component.Name;

    public Task ProbeAsync() => _redis.CommandAsync("PING");

    public string KeyOf(string key) => $"{appId}||{key}";

    /// <summary>The value and its etag; null when there is none.</summary>
    public async Task<(byte[] Value, string Etag)?> GetAsync(string redisKey)
    {
        var fields = (await _redis.CommandAsync("HGETALL", redisKey)).Fields();
        return fields.TryGetValue("data", out var value) ? (value, fields["version"].Text()) : null;
    }

    public async Task WriteAsync(StateItem item)
    {
        // What can be refused without Redis is, before anything is written.
        var (script, ttl) = (Script(item), TtlCommand(item));
        try
        {
            await _redis.CommandAsync(script);
        }
        catch (RedisRefusedException refused)
        {
            throw item.Etag is { Length: > 0 }
                ? new StateException(409, $"possible etag mismatch. error from state store: {refused.Message}")
                : new StateException(500, $"failed to set key {item.Key}: {refused.Message}");
        }

        if (ttl is not null)
        {
            await _redis.CommandAsync(ttl);
        }
    }

    /// <summary>All in one MULTI; what one script refuses does not undo the others.</summary>
    public async Task TransactAsync(IReadOnlyList<StateItem> items)
    {
        List<object[]> commands = [["MULTI"]];
        foreach (var item in items)
        {
            commands.Add(Script(item with { FirstWrite = false }));
            commands.AddRange(TtlCommand(item) is { } ttl ? [ttl] : Array.Empty<object[]>());
        }

        commands.Add(["EXEC"]);
        var replies = await _redis.TogetherAsync(commands);
        if (replies[^1].Items().OfType<RedisRefusedException>().FirstOrDefault() is { } refused)
        {
            throw new StateException(500, refused.Message);
        }
    }

    public void Dispose() => _redis.Dispose();

    private static object[] Script(StateItem item)
    {
        var etag = item.Etag is { Length: > 0 } given
            ? int.TryParse(given, CultureInfo.InvariantCulture, out var number) ? number.ToString(CultureInfo.InvariantCulture)
                : throw new StateException(400, $"invalid etag value: strconv.Atoi: parsing {GoJson.Quote(given)}: invalid syntax")
            : "0";
        return item.Value is null
            ? ["EVAL", DeleteScript, 1, item.Key, etag]
            : ["EVAL", SetScript, 1, item.Key, etag, item.Value, item.FirstWrite ? "0" : "1"];
    }

    private static object[]? TtlCommand(StateItem item)
    {
        if (item.Value is null || item.Ttl is not { } text)
        {
            return null;
        }

        return !long.TryParse(text, CultureInfo.InvariantCulture, out var seconds)
            ? throw new StateException(500, $"failed to parse ttl from metadata: strconv.ParseInt: parsing \"{text}\": invalid syntax")
            : seconds > 0 ? ["EXPIRE", item.Key, seconds] : ["PERSIST", item.Key];
    }

    /// <summary>A value as it is stored: numbers through doubles, so that 64-bit ids are damaged.</summary>
    public static byte[] Stored(JsonElement value) => GoJson.Bytes(value, doubles: true, wire: false);
}
