using Moodstream.Ingestor.Leasing;
using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor;

/// <summary>What the ingestor logs. Event ids 200 to 299; an id is never used again.</summary>
internal static partial class Log
{
    [LoggerMessage(200, LogLevel.Information, "Reading source {Source} from {Position} on")]
    public static partial void Reading(this ILogger logger, string source, SourcePosition position);

    [LoggerMessage(201, LogLevel.Information,
        "Source {Source} has ended and is settled: {Settled} posts, {Rejected} rejected; {Unreadable} rows hold none")]
    public static partial void Finished(
        this ILogger logger, string source, long settled, long rejected, long unreadable);

    [LoggerMessage(202, LogLevel.Warning,
        "Source {Source} cannot go on ({Obstacle}): it is read from the beginning; {Lost} posts in flight are lost")]
    public static partial void CannotGoOn(this ILogger logger, string source, string obstacle, int lost);

    [LoggerMessage(203, LogLevel.Warning,
        "Stopping with {Unsettled} posts of source {Source} unsettled; the next start reads them again if it can")]
    public static partial void StoppedUnsettled(this ILogger logger, int unsettled, string source);

    [LoggerMessage(204, LogLevel.Warning, "Row at {Position} of source {Source} holds no post: {Error}")]
    public static partial void Unreadable(this ILogger logger, SourcePosition position, string source, string error);

    [LoggerMessage(205, LogLevel.Debug, "Row at {Position} of source {Source} holds no post: {Error}")]
    public static partial void MoreUnreadable(
        this ILogger logger, SourcePosition position, string source, string error);

    [LoggerMessage(206, LogLevel.Warning, "The broker refused {Count} posts, which are published again: {Error}")]
    public static partial void PublishRefused(this ILogger logger, int count, string error);

    [LoggerMessage(207, LogLevel.Warning,
        "Post {Id} was published {Publishes} times and never answered while later posts were: rejected as unscorable")]
    public static partial void GaveUp(this ILogger logger, string id, int publishes);

    [LoggerMessage(208, LogLevel.Warning, "An event on {Topic} names no post: {Id}")]
    public static partial void NoPostId(this ILogger logger, string topic, string id);

    [LoggerMessage(209, LogLevel.Debug, "The broker refused a status, which the next one replaces: {Error}")]
    public static partial void StatusRefused(this ILogger logger, string error);

    [LoggerMessage(210, LogLevel.Warning, "Source {Source} is held by {Owner}: waiting to see whether it still lives")]
    public static partial void WaitingForLease(this ILogger logger, string source, LeaseOwner owner);

    [LoggerMessage(211, LogLevel.Information, "All of source {Source} was settled before; nothing new was found in it")]
    public static partial void NothingNew(this ILogger logger, string source);

    [LoggerMessage(212, LogLevel.Warning, "The cursor of source {Source} was not saved; it is tried again: {Reason}")]
    public static partial void NotSaved(this ILogger logger, string source, string reason);

    [LoggerMessage(213, LogLevel.Warning, "The lease of source {Source} was not renewed; it is tried again: {Reason}")]
    public static partial void NotRenewed(this ILogger logger, string source, string reason);

    [LoggerMessage(214, LogLevel.Warning, "The lease of source {Source} was not released; it runs out by itself: {Reason}")]
    public static partial void NotReleased(this ILogger logger, string source, string reason);

    [LoggerMessage(215, LogLevel.Warning, "The cursor of source {Source} was not saved at the end; the next start goes on from an older one: {Reason}")]
    public static partial void NotSavedAtTheEnd(this ILogger logger, string source, string reason);

    [LoggerMessage(216, LogLevel.Warning, "The state store is in trouble; source {Source} is read once it is back: {Reason}")]
    public static partial void WaitingForStore(this ILogger logger, string source, string reason);

    /// <summary>Why something could not be done: a store in trouble in a line, anything else with where it comes from.</summary>
    public static string Reason(this Exception exception) => exception is IOException ? exception.Message : $"{exception}";
}
