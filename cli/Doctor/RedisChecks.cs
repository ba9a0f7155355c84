using Moodstream.Redis;

namespace Moodstream.Cli.Doctor;

/// <summary>Whether Redis is there, and set so that it loses nothing that was acknowledged.</summary>
internal static class RedisChecks
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(
        RedisAddress address, FindingState absent, string neededFor, CancellationToken cancellationToken)
    {
        await using var redis = new RedisClient(address);
        try
        {
            await redis.PingAsync(cancellationToken);
            return
            [
                new("Redis", FindingState.Found, $"{await redis.InfoAsync("server", "redis_version", cancellationToken)} at {address}", neededFor),
                await SettingAsync(redis, "appendonly", "yes", "what a topic holds survives a restart of Redis", absent, cancellationToken),
                await SettingAsync(redis, "maxmemory-policy", "noeviction", "a full Redis refuses instead of forgetting", absent, cancellationToken),
            ];
        }
        catch (RedisException exception)
        {
            return [new("Redis", absent, $"{exception.Message}; `dapr init` starts one on localhost:6379, --redis names another", neededFor)];
        }
    }

    private static async Task<Finding> SettingAsync(
        RedisClient redis, string setting, string expected, string neededFor, FindingState absent, CancellationToken cancellationToken)
    {
        var name = $"Redis {setting}";
        try
        {
            var value = await redis.ConfigAsync(setting, cancellationToken);
            return value == expected
                ? new(name, FindingState.Found, expected, neededFor)
                : new(name, absent, $"{value ?? "unknown"}; `redis-cli CONFIG SET {setting} {expected}`, and CONFIG REWRITE keeps it", neededFor);
        }
        catch (RedisException exception) when (exception.Failure == RedisFailure.Refused)
        {
            // Servers that somebody else runs seldom tell.
            return new(name, FindingState.Optional, $"it does not tell ({exception.Code}); whoever runs it knows", neededFor);
        }
    }
}
