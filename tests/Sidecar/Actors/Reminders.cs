using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Moodstream.Tests.Sidecar.PubSub;
using Moodstream.Tests.Sidecar.Redis;

namespace Moodstream.Tests.Sidecar.Actors;

/// <summary>
/// Reminders: outlive the sidecar. The double has no scheduler: they are in the same database as placement, and the host
/// of the actor fires them (Dapr's contract, 5.5; 08a-actors).
/// </summary>
internal sealed class Reminders(ActorHost host, Placement placement, RedisClient redis, AppChannel app, Action<string> log) : IDisposable
{
    private const int Retries = 3;

    /// <summary>Who fires keeps others off for so long.</summary>
    private const long ClaimMs = 10_000;

    private const string Claim = """if redis.call("ZSCORE", KEYS[1], ARGV[1]) == ARGV[2] then return redis.call("ZADD", KEYS[1], "CH", ARGV[3], ARGV[1]) else return 0 end""";

    /// <summary>Longest time between two looks: what another sidecar was told is seen after it.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan BetweenRetries = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _changed = new(0);

    /// <summary>False: there is one already, and it was not to be overwritten.</summary>
    public async Task<bool> SetAsync(string type, string id, string name, Schedule schedule)
    {
        var key = Key(type, id, name);
        var json = new JsonObject
        {
            ["dueTime"] = schedule.DueTime, ["period"] = schedule.Every > TimeSpan.Zero ? $"@every {schedule.Period}" : "",
            ["data"] = schedule.Data, ["every"] = schedule.Every.TotalMilliseconds, ["left"] = schedule.Times,
        };
        if (!schedule.Overwrite && await redis.CommandAsync("HEXISTS", "reminders", key) is 1L)
        {
            return false;
        }

        await redis.CommandAsync("HSET", "reminders", key, json.ToJsonString());
        await redis.CommandAsync("ZADD", "due", Now() + (long)schedule.Due.TotalMilliseconds, key);
        Changed();
        return true;
    }

    public async Task RemoveAsync(string type, string id, string name)
    {
        await redis.CommandAsync("ZREM", "due", Key(type, id, name));
        await redis.CommandAsync("HDEL", "reminders", Key(type, id, name));
    }

    /// <summary>The answer to GET; null: there is none.</summary>
    public async Task<string?> GetAsync(string type, string id, string name)
    {
        if (await ReadAsync(Key(type, id, name)) is not { } reminder)
        {
            return null;
        }

        return $$"""{"actorID":{{GoJson.Quote(id)}},"actorType":{{GoJson.Quote(type)}},{{Data(reminder)}}"dueTime":{{GoJson.Quote(reminder["dueTime"]!.GetValue<string>())}},"period":{{GoJson.Quote(reminder["period"]!.GetValue<string>())}}}""" + "\n";
    }

    /// <summary>Fires what is due for actors of this host, until the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var wait = (long)BetweenLooks.TotalMilliseconds;
            try
            {
                var soon = (await redis.CommandAsync("ZRANGEBYSCORE", "due", "-inf", Now() + wait, "WITHSCORES", "LIMIT", 0, 1000)).Items();
                foreach (var entry in soon.Chunk(2))
                {
                    var due = long.Parse(entry[1].Text(), CultureInfo.InvariantCulture);
                    if (due > Now())
                    {
                        wait = Math.Clamp(due - Now(), 1, wait);
                        break;
                    }

                    var parts = entry[0].Text().Split("||", 3);
                    if (placement.HostOf(parts[0], parts[1])?.Id == placement.Id
                        && await redis.CommandAsync("EVAL", Claim, 1, "due", entry[0].Text(), entry[1].Text(), Now() + ClaimMs) is 1L)
                    {
                        _ = FireAsync(parts[0], parts[1], parts[2], due);
                    }
                }
            }
            catch (Exception problem) when (problem is RedisUnreachableException or RedisRefusedException)
            {
                log($"reminders: {problem.Message}");
            }

            await _changed.WaitAsync(TimeSpan.FromMilliseconds(wait), cancellationToken);
        }
    }

    public void Dispose() => _changed.Dispose();

    /// <summary>Looks again at once; several changes are one look.</summary>
    private void Changed()
    {
        if (_changed.CurrentCount == 0)
        {
            _changed.Release();
        }
    }

    private async Task FireAsync(string type, string id, string name, long due)
    {
        try
        {
            var key = Key(type, id, name);
            if (await ReadAsync(key) is not { } reminder)
            {
                return;
            }

            var body = Encoding.UTF8.GetBytes($$"""{{{Data(reminder)}}"dueTime":"","period":""}""");
            for (var retry = 0; !await CallAsync(type, id, name, body) && retry < Retries; retry++)
            {
                await Task.Delay(BetweenRetries, TimeProvider.System);
            }

            // Set anew or removed meanwhile: leave it as it is.
            if (await ReadAsync(key) is not { } after || after.ToJsonString() != reminder.ToJsonString())
            {
                return;
            }

            var left = reminder["left"]!.GetValue<int>();
            left = left > 0 ? left - 1 : left;
            var next = due + (long)reminder["every"]!.GetValue<double>();
            if (left == 0)
            {
                await RemoveAsync(type, id, name);
                return;
            }

            reminder["left"] = left;
            await redis.CommandAsync("HSET", "reminders", key, reminder.ToJsonString());
            await redis.CommandAsync("ZADD", "due", next, key);
            Changed();
        }
        catch (Exception problem) when (problem is RedisUnreachableException or RedisRefusedException or OperationCanceledException)
        {
            log($"reminder {name} of {type} {id}: {problem.Message}");
        }
    }

    private async Task<bool> CallAsync(string type, string id, string name, byte[] body)
    {
        try
        {
            var answer = await host.TurnAsync(type, id, () => app.CallAsync("PUT", $"{ActorHost.PathOf(type, id)}/method/remind/{Uri.EscapeDataString(name)}", [], body, "application/json"));
            return answer.Status == 200;
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException)
        {
            return false;
        }
    }

    private async Task<JsonObject?> ReadAsync(string key) =>
        await redis.CommandAsync("HGET", "reminders", key) is byte[] json ? JsonNode.Parse(json)!.AsObject() : null;

    private static string Data(JsonObject reminder) => reminder["data"]?.GetValue<string>() is { } given ? $"\"data\":{given}," : "";

    private static string Key(string type, string id, string name) => $"{type}||{id}||{name}";

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
