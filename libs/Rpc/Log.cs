using Microsoft.Extensions.Logging;

namespace Moodstream.Rpc;

/// <summary>Log lines of the RPC server: ids 1500 to 1519.</summary>
internal static partial class Log
{
    [LoggerMessage(1500, LogLevel.Error, "{Path} failed with an exception; the caller is told no more than that")]
    public static partial void HandlerFailed(this ILogger logger, Exception exception, string path);

    [LoggerMessage(1501, LogLevel.Debug, "{Path} ended with {Code}: {Detail}")]
    public static partial void CallFailed(this ILogger logger, string path, StatusCode code, string detail);

    [LoggerMessage(1502, LogLevel.Debug, "The caller of {Path} left before the answer")]
    public static partial void CallerLeft(this ILogger logger, string path);
}
