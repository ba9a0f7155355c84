using System.Diagnostics;
using Moodstream.Tests.Sidecar;

namespace Moodstream.Sidecar.Tests.Replays;

/// <summary>What takes the sidecar's place in a replay.</summary>
public enum SidecarKind
{
    /// <summary>The double, in the test's own process.</summary>
    InProcess,

    /// <summary>The double as a process of its own.</summary>
    Process,

    /// <summary>The real one.</summary>
    Daprd,
}

/// <summary>A sidecar under a replay, started from daprd's command line whichever it is.</summary>
internal abstract class RunningSidecar : IAsyncDisposable
{
    public static async Task<RunningSidecar> StartAsync(SidecarKind kind, IReadOnlyList<string> flags, IReadOnlyDictionary<string, string> environment) =>
        kind == SidecarKind.InProcess
            ? new SameProcess(await SidecarDouble.StartAsync(Flags.Parse(flags, environment.GetValueOrDefault, _ => { })).DefaultTimeout())
            : new OtherProcess(kind == SidecarKind.Daprd
                ? new ProcessStartInfo(Daprd.Find(Daprd.Sidecar)!, flags)
                : new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Moodstream.Tests.Sidecar.dll"), .. flags]), environment);

    /// <summary>Another program of the runtime, stopped like a sidecar.</summary>
    public static RunningSidecar Start(string[] command) =>
        new OtherProcess(new(command[0], command[1..]), new Dictionary<string, string>());

    /// <summary>SIGTERM; gives the exit code.</summary>
    public abstract Task<int> StopAsync();

    /// <summary>SIGKILL.</summary>
    public abstract Task KillAsync();

    public ValueTask DisposeAsync() => new(KillAsync().DefaultTimeout());

    private sealed class SameProcess(SidecarDouble sidecar) : RunningSidecar
    {
        private bool _ended;

        public override Task<int> StopAsync()
        {
            _ended = true;
            return sidecar.StopAsync();
        }

        public override async Task KillAsync()
        {
            if (!_ended)
            {
                _ended = true;
                await sidecar.DisposeAsync();
            }
        }
    }

    private sealed class OtherProcess : RunningSidecar
    {
        private readonly Process _process;

        public OtherProcess(ProcessStartInfo start, IReadOnlyDictionary<string, string> environment)
        {
            foreach (var (name, value) in environment)
            {
                start.Environment[name] = value;
            }

            start.RedirectStandardError = true;
            start.RedirectStandardOutput = true;
            _process = Process.Start(start)!; // null only for UseShellExecute
            _ = _process.StandardError.BaseStream.CopyToAsync(Stream.Null);
            _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        }

        public override async Task<int> StopAsync()
        {
            using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            {
                await kill.WaitForExitAsync();
            }

            await _process.WaitForExitAsync();
            return _process.ExitCode;
        }

        public override async Task KillAsync()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
                await _process.WaitForExitAsync();
            }
        }
    }
}
