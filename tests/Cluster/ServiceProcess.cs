using System.Diagnostics;
using System.Globalization;

namespace Moodstream.Tests.Cluster;

/// <summary>A program of a cluster, which can be killed and started again, each time as a process of its own.</summary>
/// <param name="name">For a person.</param>
/// <param name="command">The program and its arguments.</param>
/// <param name="environment">What it finds in its environment, beside what this process has.</param>
/// <param name="logFile">Where its output is appended.</param>
public sealed class ServiceProcess(
    string name, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, string logFile) : IDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(40);

    private readonly Lock _lock = new(); // Guards the log file.
    private Process? _process;
    private long _peakBytes;

    /// <summary>For a person.</summary>
    public string Name => name;

    /// <summary>Whether it runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Most memory that it has had so far, in bytes, over all its lives; 0 where the system does not tell.</summary>
    public long PeakBytes
    {
        get
        {
            ReadPeak();
            return _peakBytes;
        }
    }

    /// <summary>Processor time of the life it has now; zero when it has none.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            if (!IsRunning)
            {
                return TimeSpan.Zero;
            }

            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The end of what it has written.</summary>
    public string LastLines => File.Exists(logFile) ? string.Join('\n', ReadLog().TakeLast(30)) : "";

    /// <summary>Starts it.</summary>
    public void Start()
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        var process = Running;
        ReadPeak();
        process.Kill();
        await process.WaitForExitAsync().DefaultTimeout();
    }

    /// <summary>What an orchestrator sends first; waits for the end, and kills what does not end.</summary>
    public async Task TerminateAsync()
    {
        ReadPeak();
        Signal("-TERM");
        using var limit = new CancellationTokenSource(StopLimit, TimeProvider.System);
        try
        {
            await _process!.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process!.Kill();
            throw new InvalidOperationException($"{name} did not end within {StopLimit} of SIGTERM:\n{LastLines}");
        }
    }

    /// <summary>Sends a signal.</summary>
    /// <param name="signal">As kill(1) takes it.</param>
    public void Signal(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{Running.Id}"]);
        kill.WaitForExit();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (IsRunning)
        {
            _process!.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process?.Dispose();
    }

    // What ended by itself is not to pass for killed.
    private Process Running => IsRunning ? _process! : throw new InvalidOperationException($"{name} does not run:\n{LastLines}");

    // VmHWM: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
    private void ReadPeak()
    {
        if (_process is not { HasExited: false } process || !File.Exists($"/proc/{process.Id}/status"))
        {
            return;
        }

        try
        {
            var line = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            if (line is not null)
            {
                var kibibytes = long.Parse(line[6..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
                _peakBytes = Math.Max(_peakBytes, kibibytes * 1024);
            }
        }
        catch (IOException)
        {
            // It ended in between.
        }
    }

    private List<string> ReadLog()
    {
        lock (_lock)
        {
            return [.. File.ReadLines(logFile)];
        }
    }

    private void Append(string? line)
    {
        if (line is not null)
        {
            lock (_lock)
            {
                File.AppendAllText(logFile, line + "\n");
            }
        }
    }
}
