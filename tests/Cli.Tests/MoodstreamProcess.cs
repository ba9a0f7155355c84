using System.Diagnostics;
using System.Text;

namespace Moodstream.Cli.Tests;

/// <summary>The built program as a process of its own, as a user starts it.</summary>
internal sealed class MoodstreamProcess : IDisposable
{
    private static readonly string Program =
        Path.Combine(Repository.Root, "artifacts", "bin", "Moodstream.Cli", "release", "moodstream.dll");

    private readonly Process _process;
    private readonly Recorded<string> _errors = new();
    private readonly Task _readErrors;

    public MoodstreamProcess(string workingFolder, params string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", [Program, .. arguments])
        {
            WorkingDirectory = workingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        })!; // null only for UseShellExecute
        _readErrors = ReadErrorsAsync();
    }

    public StreamReader Output => _process.StandardOutput;

    public StreamWriter Input => _process.StandardInput;

    /// <summary>Waits for a line of standard output that contains a text, and returns it.</summary>
    public async Task<string> LineWithAsync(string part)
    {
        while (await Output.ReadLineAsync().DefaultTimeout() is { } line)
        {
            if (line.Contains(part, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"the program ended without a line that contains '{part}': {await ErrorsAsync()}");
    }

    /// <summary>Everything left on standard output; waits for the end.</summary>
    public Task<string> RestAsync() => Output.ReadToEndAsync().DefaultTimeout();

    /// <summary>Everything written to standard error; waits for the end.</summary>
    public async Task<string> ErrorsAsync()
    {
        await _readErrors.DefaultTimeout();
        return string.Concat(_errors.Items.Select(line => line + Environment.NewLine));
    }

    /// <summary>Waits for a line of standard error that contains a text.</summary>
    public async Task ErrorWithAsync(string part)
    {
        var lines = _errors.Items;
        while (!lines.Any(line => line.Contains(part, StringComparison.Ordinal)))
        {
            await _errors.WhenCount(lines.Count + 1).DefaultTimeout();
            lines = _errors.Items;
        }
    }

    /// <summary>Waits for the end and gives the exit code.</summary>
    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().DefaultTimeout();
        return _process.ExitCode;
    }

    /// <summary>Ctrl-C.</summary>
    public void Interrupt() => Signal("-INT");

    /// <summary>What an orchestrator sends first.</summary>
    public void Terminate() => Signal("-TERM");

    /// <summary>kill -9.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{_process.Id}"]);
        kill.WaitForExit();
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _errors.Add(line);
        }
    }
}
