using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.InProcess.Actors;

namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>Log lines of the in-process adapter: ids 1000 to 1099.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Warning, "{App} failed on an event of {Topic}; it is delivered again in {Interval}")]
    public static partial void HandlerFailed(
        this ILogger logger, Exception exception, string app, string topic, TimeSpan interval);

    [LoggerMessage(
        1001, LogLevel.Warning, "Event {Id} of {Topic} went to {DeadLetterTopic}: {App} refused it {Attempts} times")]
    public static partial void DeadLettered(
        this ILogger logger, string id, string app, string topic, int attempts, string deadLetterTopic);

    [LoggerMessage(
        1002,
        LogLevel.Warning,
        "{Events} events of {Topic} were not answered by {App} within the {GracePeriod} of a shutdown")]
    public static partial void Abandoned(
        this ILogger logger, int events, string topic, string app, TimeSpan gracePeriod);

    [LoggerMessage(1003, LogLevel.Critical, "Deliveries ended unexpectedly; the program stops")]
    public static partial void DeliveriesEnded(this ILogger logger, Exception exception);

    [LoggerMessage(
        1004, LogLevel.Warning, "A {Kind} turn of actor {Type}/{Id} failed; its changes are discarded")]
    public static partial void TurnFailed(
        this ILogger logger, Exception exception, TurnKind kind, string type, string id);

    [LoggerMessage(1005, LogLevel.Warning, "Actor {Type}/{Id} knows no reminder {Name}; it is removed")]
    public static partial void UnknownReminder(this ILogger logger, string type, string id, string name);

    [LoggerMessage(1006, LogLevel.Error, "The record of actor {Type}/{Id} cannot be read; its reminders do not fire")]
    public static partial void RecordDamaged(this ILogger logger, Exception exception, string type, string id);

    [LoggerMessage(1007, LogLevel.Warning, "Actors of {Type} did not end their turns within {DrainTimeout}")]
    public static partial void NotDrained(this ILogger logger, string type, TimeSpan drainTimeout);
}
