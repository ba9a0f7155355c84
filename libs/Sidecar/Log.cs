using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.InProcess.Actors;

namespace Moodstream.Sidecar;

/// <summary>Log lines of the sidecar adapter: ids 1040 to 1079.</summary>
internal static partial class Log
{
    [LoggerMessage(1040, LogLevel.Information, "Waiting for the sidecar at {Address}: {Reason}")]
    public static partial void WaitingForSidecar(this ILogger logger, Uri address, string reason);

    [LoggerMessage(1041, LogLevel.Information, "The sidecar at {Address} is ready after {Duration}")]
    public static partial void SidecarReady(this ILogger logger, Uri address, TimeSpan duration);

    [LoggerMessage(1042, LogLevel.Warning, "The sidecar does not answer; what needs it is tried again: {Reason}")]
    public static partial void SidecarGone(this ILogger logger, string reason);

    [LoggerMessage(1043, LogLevel.Information, "The sidecar at {Address} answers again after {Duration}")]
    public static partial void SidecarBack(this ILogger logger, Uri address, TimeSpan duration);

    [LoggerMessage(1044, LogLevel.Warning, "{App} failed on an event of {Topic}; it is delivered again")]
    public static partial void HandlerFailed(this ILogger logger, Exception exception, string app, string topic);

    [LoggerMessage(
        1045, LogLevel.Debug, "A delivery of {Topic} is no event of ours and goes to {App} as {Id}: {Reason}")]
    public static partial void Unreadable(this ILogger logger, string topic, string app, string id, string reason);

    [LoggerMessage(1046, LogLevel.Debug, "{App} did not answer an event of {Topic} within {Limit}; it comes again")]
    public static partial void AnswerOverdue(this ILogger logger, string app, string topic, TimeSpan limit);

    [LoggerMessage(
        1047,
        LogLevel.Warning,
        "{Events} deliveries of {Topic} were not answered by {App} within the {GracePeriod} of a shutdown")]
    public static partial void Abandoned(
        this ILogger logger, int events, string topic, string app, TimeSpan gracePeriod);

    [LoggerMessage(1048, LogLevel.Warning, "{Path} was called with a wrong API token, or with none")]
    public static partial void WrongToken(this ILogger logger, string path);

    [LoggerMessage(1049, LogLevel.Information, "The sidecar asked what is subscribed to: {Topics}")]
    public static partial void SubscriptionsAsked(this ILogger logger, string topics);

    [LoggerMessage(1050, LogLevel.Warning, "The sidecar asked for {Path}, which is no topic of this app")]
    public static partial void UnknownRoute(this ILogger logger, string path);

    [LoggerMessage(1051, LogLevel.Warning, "A {Kind} turn of actor {Type}/{Id} failed; its changes are discarded")]
    public static partial void TurnFailed(
        this ILogger logger, Exception exception, TurnKind kind, string type, string id);

    [LoggerMessage(1052, LogLevel.Warning, "Actor {Type}/{Id} knows no reminder {Name}; it is removed")]
    public static partial void UnknownReminder(this ILogger logger, string type, string id, string name);

    [LoggerMessage(1053, LogLevel.Warning, "Actors of {Type} did not end their turns within {DrainTimeout}")]
    public static partial void NotDrained(this ILogger logger, string type, TimeSpan drainTimeout);

    [LoggerMessage(1054, LogLevel.Information, "The sidecar asked which actors are hosted: {Types}; none is active")]
    public static partial void ActorsAsked(this ILogger logger, string types);

    [LoggerMessage(1055, LogLevel.Error, "Events of {Topic} were not published because of an error of this program")]
    public static partial void PublishFailed(this ILogger logger, Exception exception, string topic);

    [LoggerMessage(
        1056,
        LogLevel.Warning,
        "{App} was away for {Away}, longer than the {Retention} for which {Topic} keeps its events: what was trimmed meanwhile is lost to it")]
    public static partial void OutlivedRetention(
        this ILogger logger, string app, TimeSpan away, string topic, TimeSpan retention);

    [LoggerMessage(1057, LogLevel.Debug, "That this app is awake could not be noted in its state; it is tried every {Interval}")]
    public static partial void AwakeNotNoted(this ILogger logger, Exception exception, TimeSpan interval);
}
