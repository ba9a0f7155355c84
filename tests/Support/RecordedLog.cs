using Microsoft.Extensions.Logging;

namespace Moodstream.Tests.Support;

/// <summary>A log line.</summary>
/// <param name="Level">Its level.</param>
/// <param name="Id">Its event id.</param>
/// <param name="Message">As a person reads it.</param>
/// <param name="Exception">What was attached.</param>
public sealed record RecordedLog(LogLevel Level, int Id, string Message, Exception? Exception);
