namespace Moodstream.Trends;

/// <summary>Log lines of trends: ids 1800 to 1849.</summary>
internal static partial class Log
{
    [LoggerMessage(
        1800, LogLevel.Warning, "Ignored {Unreadable} of {Events} events that are no scored post; the first: {Error}")]
    public static partial void EventsUnreadable(this ILogger logger, int unreadable, int events, string error);

    [LoggerMessage(1801, LogLevel.Warning, "Topics take no posts; they wait, and are tried again: {Reason}")]
    public static partial void TopicsAway(this ILogger logger, string reason);

    [LoggerMessage(1802, LogLevel.Information, "Topics take posts again, after {Calls} calls that failed")]
    public static partial void TopicsBack(this ILogger logger, int calls);

    [LoggerMessage(
        1803, LogLevel.Warning, "{Topics} topics are followed, which is the limit; posts on further ones are left out")]
    public static partial void TooManyTopics(this ILogger logger, int topics);

    [LoggerMessage(
        1804, LogLevel.Error, "Topic {Topic} counts anew: what it held is damaged, and kept as {Key}: {Reason}")]
    public static partial void StateDamaged(this ILogger logger, string topic, string key, string reason);
}
