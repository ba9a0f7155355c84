using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace Moodstream.Cli;

/// <summary>The streams a command talks over.</summary>
/// <param name="OpenInput">Opens standard input.</param>
/// <param name="OpenOutput">Opens standard output.</param>
/// <param name="Error">Where messages and summaries go.</param>
/// <param name="Display">Where progress is drawn; null when nobody watches.</param>
internal sealed record Terminal(
    Func<Stream> OpenInput, Func<Stream> OpenOutput, TextWriter Error, IAnsiConsole? Display)
{
    /// <summary>The process's own.</summary>
    public static Terminal System { get; } = new(
        Console.OpenStandardInput,
        OpenStandardOutput,
        Console.Error,
        Console.IsErrorRedirected ? null : AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }));

    // The console's own stream takes a closed pipe for success, and a run of hours would go on for nobody. A file stream
    // does not, but writes to a place in a file of its own, and what the shell writes there next would go over it.
    private static Stream OpenStandardOutput()
    {
        if (OperatingSystem.IsWindows())
        {
            return Console.OpenStandardOutput();
        }

        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? Console.OpenStandardOutput() : stream;
    }
}
