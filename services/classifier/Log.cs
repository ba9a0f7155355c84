using Moodstream.Contracts;

namespace Moodstream.Classifier;

/// <summary>Log lines of the classifier: ids 1100 to 1199.</summary>
internal static partial class Log
{
    [LoggerMessage(
        1100, LogLevel.Information, "Scoring {Place}, with tokenizer and labels of {Model} version {Version}")]
    public static partial void ModelChosen(this ILogger logger, string place, string model, long version);

    [LoggerMessage(1101, LogLevel.Warning, "The model does not answer; posts wait until it does: {Reason}")]
    public static partial void ModelInTrouble(this ILogger logger, string reason, Exception? exception);

    [LoggerMessage(1102, LogLevel.Information, "The model answers again after {Duration}")]
    public static partial void ModelRecovered(this ILogger logger, TimeSpan duration);

    [LoggerMessage(1103, LogLevel.Debug, "Rejected {Id} as {Reason}: {Detail}")]
    public static partial void Rejected(this ILogger logger, string id, RejectReason reason, string detail);

    [LoggerMessage(1104, LogLevel.Debug, "{Topic} did not take the result of {Id}, which is tried again: {Error}")]
    public static partial void PublishRefused(this ILogger logger, string topic, string id, string error);

    [LoggerMessage(
        1105,
        LogLevel.Warning,
        "The model fails on a post while it scores others; that post is tried again later: {Reason}")]
    public static partial void PostPostponed(this ILogger logger, string reason, Exception? exception);

    [LoggerMessage(1106, LogLevel.Critical, "Scoring ended unexpectedly; the program stops")]
    public static partial void ScoringEnded(this ILogger logger, Exception exception);
}
