namespace Moodstream.Tests.Support;

/// <summary>Dapr's own programs, where this machine has them: on the PATH or where `dapr init` puts them.</summary>
public static class Daprd
{
    /// <summary>The sidecar.</summary>
    public const string Sidecar = "daprd";

    private const string Placement = "placement";
    private const string Scheduler = "scheduler";

    /// <summary>Where a program of the runtime is; null: nowhere.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Append(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dapr", "bin"))
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Why a test on the real sidecar cannot run here; null when it can.</summary>
    /// <param name="controlPlane">Whether placement and scheduler are needed as well.</param>
    public static string? Missing(bool controlPlane) =>
        Find(Sidecar) is null || !RedisServer.IsInstalled || (controlPlane && (Find(Placement) is null || Find(Scheduler) is null))
            ? $"needs daprd{(controlPlane ? ", placement and scheduler" : "")} on the PATH or in ~/.dapr/bin, and redis-server"
            : null;

    /// <summary>The command of the program that knows where actors live (Dapr's contract, 5.7).</summary>
    public static string[] PlacementCommand(int port, int health, int metrics, int raft) =>
    [
        Find(Placement)!, "--port", $"{port}", "--listen-address", "127.0.0.1", "--healthz-port", $"{health}", "--metrics-port", $"{metrics}",
        "--initial-cluster", $"dapr-placement-0=127.0.0.1:{raft}",
    ];

    /// <summary>The command of the program that keeps reminders (Dapr's contract, 5.7).</summary>
    public static string[] SchedulerCommand(int port, int health, int metrics, int etcd, int peer, string folder) =>
    [
        Find(Scheduler)!, "--port", $"{port}", "--listen-address", "127.0.0.1", "--healthz-port", $"{health}", "--metrics-port", $"{metrics}",
        "--etcd-data-dir", folder, "--etcd-client-port", $"{etcd}", "--etcd-initial-cluster", $"dapr-scheduler-server-0=http://localhost:{peer}",
    ];
}
