using Microsoft.Extensions.Logging.Console;

namespace Moodstream.Cli;

/// <summary>The log of a command that hosts services: warnings, on standard error, since standard output belongs to the results.</summary>
internal static class StandardErrorLog
{
    public static void Add(ILoggingBuilder logging, IServiceCollection services)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Warning);

        // A start that failed is told in one line; a loop that failed later is critical.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        logging.AddSimpleConsole(console => console.SingleLine = true);
        services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
