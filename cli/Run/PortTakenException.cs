namespace Moodstream.Cli.Run;

/// <summary>The page's port is in use. The message is one line for a person.</summary>
internal sealed class PortTakenException(string message) : Exception(message);
