namespace Moodstream.Cli;

/// <summary>Ends a command with one clear line on standard error.</summary>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    /// <summary>One of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
