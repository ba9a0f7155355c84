namespace Moodstream.Dashboard;

/// <summary>Log events of the dashboard: 600 to 699.</summary>
internal static partial class Log
{
    [LoggerMessage(600, LogLevel.Warning,
        "Ignored {Unreadable} of {Events} events on {Topic} that are not what the topic carries; the first: {Error}")]
    public static partial void EventsUnreadable(
        this ILogger logger, int unreadable, int events, string topic, string error);

    [LoggerMessage(601, LogLevel.Debug, "A page connected; {Clients} are open")]
    public static partial void ClientConnected(this ILogger logger, int clients);

    [LoggerMessage(602, LogLevel.Debug, "A page left; {Clients} are open")]
    public static partial void ClientLeft(this ILogger logger, int clients);

    [LoggerMessage(603, LogLevel.Debug, "Refused a page: {MaxClients} are open, which is the limit")]
    public static partial void ClientRefused(this ILogger logger, int maxClients);

    [LoggerMessage(604, LogLevel.Debug, "A page fell behind by more than is kept; {Missed} entries passed it")]
    public static partial void ClientFellBehind(this ILogger logger, long missed);

    [LoggerMessage(605, LogLevel.Debug, "Refused a request for host {Host}, which is none of {AllowedHosts}")]
    public static partial void HostRefused(this ILogger logger, string host, string allowedHosts);
}
