using System.Diagnostics;
using System.Globalization;

namespace Moodstream.Tests.Support;

/// <summary>A redis-server of a test's own: a free port of 127.0.0.1, an empty folder, stopped when disposed.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private const string Program = "redis-server";

    private readonly TemporaryFolder _folder = new();
    private readonly string[] _arguments;
    private Process? _process;

    private RedisServer(string[] arguments) => _arguments = arguments;

    /// <summary>Whether redis-server is on the PATH.</summary>
    public static bool IsInstalled { get; } = FindProgram(Program) is not null;

    /// <summary>Its port, the same after a restart.</summary>
    public int Port { get; private set; }

    /// <summary>Host and port.</summary>
    public string Endpoint => $"127.0.0.1:{Port}";

    /// <summary>Its working folder, where it keeps its append-only file.</summary>
    public string Folder => _folder.Path;

    /// <summary>Starts one and waits until it takes connections.</summary>
    /// <param name="arguments">
    /// Further settings, such as <c>--appendonly yes</c> in two parts. <c>{port}</c> is the port. Without any, nothing is
    /// written to disk.
    /// </param>
    public static async Task<RedisServer> StartAsync(params string[] arguments)
    {
        var server = new RedisServer(arguments);
        for (var attempt = 1; ; attempt++)
        {
            server.Port = Ports.Free();
            try
            {
                await server.RestartAsync();
                return server;
            }
            catch (InvalidOperationException) when (attempt < 5)
            {
                // Somebody else took the port between the look and the start.
            }
        }
    }

    /// <summary>Starts it again on the same port and folder, after <see cref="Kill"/> or <see cref="StopAsync"/>.</summary>
    public async Task RestartAsync()
    {
        string[] settings =
        [
            "--port", $"{Port}", "--bind", "127.0.0.1", "--dir", Folder, "--save", "", "--daemonize", "no",
            .. _arguments.Select(a => a.Replace("{port}", $"{Port}", StringComparison.Ordinal)),
        ];
        _process = Process.Start(new ProcessStartInfo(Program, settings)
        {
            RedirectStandardOutput = true,
        })!; // null only for UseShellExecute
        var lines = new List<string>();
        while (await _process.StandardOutput.ReadLineAsync().DefaultTimeout() is { } line)
        {
            lines.Add(line);
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                // Read on for nobody: a full pipe would stop the server.
                _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return;
            }
        }

        await _process.WaitForExitAsync().DefaultTimeout();
        throw new InvalidOperationException($"redis-server did not start: {string.Join('\n', lines.TakeLast(5))}");
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        Running.Kill();
        _process!.WaitForExit();
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    public async Task StopAsync()
    {
        Signal("-TERM");
        await _process!.WaitForExitAsync().DefaultTimeout();
    }

    /// <summary>SIGSTOP: connections stay open, and nothing is answered.</summary>
    public void Freeze() => Signal("-STOP");

    /// <summary>SIGCONT.</summary>
    public void Thaw() => Signal("-CONT");

    /// <summary>What redis-cli prints for a command, in its raw form.</summary>
    /// <param name="arguments">The command, and options of redis-cli before it.</param>
    public async Task<string> CliAsync(params string[] arguments)
    {
        using var cli = Process.Start(new ProcessStartInfo(
            "redis-cli", ["-p", Port.ToString(CultureInfo.InvariantCulture), "--raw", .. arguments])
        {
            RedirectStandardOutput = true,
        })!; // null only for UseShellExecute
        var output = await cli.StandardOutput.ReadToEndAsync().DefaultTimeout();
        await cli.WaitForExitAsync().DefaultTimeout();
        return output.TrimEnd('\n');
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            Kill();
        }

        _process?.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    // What ended by itself is not to pass for killed.
    private Process Running => _process is { HasExited: false } process ? process : throw new InvalidOperationException("redis-server does not run");

    internal static string? FindProgram(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{Running.Id}"]);
        kill.WaitForExit();
    }
}
