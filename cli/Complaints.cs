namespace Moodstream.Cli;

/// <summary>How the program says that it cannot do what was asked: one line on standard error.</summary>
internal static class Complaints
{
    /// <summary>Writes the line.</summary>
    /// <returns><see cref="ExitCodes.Unreadable"/>, for the caller to return.</returns>
    public static int Write(string message)
    {
        Console.Error.WriteLine($"moodstream: {message}");
        return ExitCodes.Unreadable;
    }
}
