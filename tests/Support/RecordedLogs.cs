using Microsoft.Extensions.Logging;

namespace Moodstream.Tests.Support;

/// <summary>Keeps every log line of a host it is added to as a provider.</summary>
public sealed class RecordedLogs : ILoggerProvider
{
    /// <summary>All lines so far.</summary>
    public Recorded<RecordedLog> Lines { get; } = new();

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Logger(this);

    /// <inheritdoc />
    public void Dispose()
    {
    }

    private sealed class Logger(RecordedLogs logs) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            logs.Lines.Add(new RecordedLog(logLevel, eventId.Id, formatter(state, exception), exception));
    }
}
