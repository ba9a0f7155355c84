using Moodstream.Redis;

namespace Moodstream.Relay;

/// <summary>Log lines of the relay: ids 1900 to 1949.</summary>
internal static partial class Log
{
    [LoggerMessage(1900, LogLevel.Warning, "Redis takes no posts ({Failure}); they wait, and are tried again: {Reason}")]
    public static partial void RedisAway(this ILogger logger, RedisFailure failure, string reason);

    [LoggerMessage(1901, LogLevel.Information, "Redis takes posts again, after {Calls} calls that failed")]
    public static partial void RedisBack(this ILogger logger, int calls);

    [LoggerMessage(
        1902, LogLevel.Warning, "Ignored {Unreadable} of {Events} events that are no scored post; the first: {Error}")]
    public static partial void EventsUnreadable(this ILogger logger, int unreadable, int events, string error);
}
