namespace Moodstream.ModelServer;

/// <summary>Log lines of the model server: ids 1600 to 1699.</summary>
internal static partial class Log
{
    [LoggerMessage(1600, LogLevel.Information, "Serving {Model} version {Version} from {Folder}, loaded and tested in {Duration}")]
    public static partial void VersionServed(this ILogger logger, string model, long version, string folder, TimeSpan duration);

    [LoggerMessage(
        1601, LogLevel.Error, "{Model} version {Version} is refused, and tried again when its files change: {Reason}")]
    public static partial void VersionRefused(this ILogger logger, string model, long version, string reason);

    [LoggerMessage(1602, LogLevel.Information, "{Model} version {Version} is unloaded")]
    public static partial void VersionUnloaded(this ILogger logger, string model, long version);

    [LoggerMessage(
        1603, LogLevel.Warning, "{Folder} cannot be read, or holds no version any more; what is loaded stays: {Reason}")]
    public static partial void BaseUnreadable(this ILogger logger, string folder, string reason);

    [LoggerMessage(1604, LogLevel.Information, "{Folder} can be read again")]
    public static partial void BaseReadable(this ILogger logger, string folder);

    [LoggerMessage(1605, LogLevel.Error, "The model failed on a batch; its requests are answered INTERNAL")]
    public static partial void BatchFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1606, LogLevel.Critical, "Watching {Folder} ended unexpectedly; the server stops")]
    public static partial void WatchEnded(this ILogger logger, string folder, Exception exception);

    [LoggerMessage(1607, LogLevel.Error, "A request failed for no fault of its own; it is answered INTERNAL")]
    public static partial void RequestFailed(this ILogger logger, Exception exception);
}
