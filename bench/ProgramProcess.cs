using System.Diagnostics;

namespace Moodstream.Bench;

/// <summary>The built program as a process; ended, if it still runs, when disposed.</summary>
internal sealed class ProgramProcess : IDisposable
{
    private const int LinesKept = 20;

    private readonly Queue<string> _lines = new();
    private readonly List<(string Part, TaskCompletionSource<string> Seen)> _waiting = [];

    private ProgramProcess(Process process)
    {
        Process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The process.</summary>
    public Process Process { get; }

    /// <summary>What it printed last.</summary>
    public string LastLines
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="program">The assembly, as ./run starts it.</param>
    /// <param name="arguments">Its command line.</param>
    public static ProgramProcess Start(string program, params IReadOnlyList<string> arguments)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        return new ProgramProcess(process ?? throw new InvalidOperationException("dotnet did not start"));
    }

    /// <summary>Waits for its end.</summary>
    /// <exception cref="InvalidOperationException">It ended with another code than 0.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await Process.WaitForExitAsync(cancellationToken);
        if (Process.ExitCode != 0)
        {
            throw new InvalidOperationException($"the program ended with {Process.ExitCode}: {LastLines}");
        }
    }

    /// <summary>Waits for a line that contains a text.</summary>
    /// <exception cref="InvalidOperationException">The program ended without one.</exception>
    public async Task<string> LineWithAsync(string part, CancellationToken cancellationToken)
    {
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lines)
        {
            if (_lines.FirstOrDefault(l => l.Contains(part, StringComparison.Ordinal)) is { } line)
            {
                return line;
            }

            _waiting.Add((part, seen));
        }

        var ended = Process.WaitForExitAsync(cancellationToken);
        return await Task.WhenAny(seen.Task, ended) == seen.Task
            ? await seen.Task
            : throw new InvalidOperationException($"the program ended without a line with '{part}': {LastLines}");
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Process.Kill();
        }

        Process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Enqueue(line);
            foreach (var (_, seen) in _waiting.Where(w => line.Contains(w.Part, StringComparison.Ordinal)))
            {
                seen.TrySetResult(line);
            }

            if (_lines.Count > LinesKept)
            {
                _lines.Dequeue();
            }
        }
    }
}
