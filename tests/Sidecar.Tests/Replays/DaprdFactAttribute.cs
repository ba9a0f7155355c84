namespace Moodstream.Sidecar.Tests.Replays;

/// <summary>A test on the real sidecar; skipped, by name, where there is none on the PATH or in ~/.dapr/bin.</summary>
public sealed class DaprdFactAttribute : FactAttribute
{
    /// <summary>Looks for daprd and redis-server.</summary>
    public DaprdFactAttribute()
    {
        if (Daprd is null || !RedisServer.IsInstalled)
        {
            Skip = "needs daprd on the PATH or in ~/.dapr/bin, and redis-server";
        }
    }

    /// <summary>Where it is; null: nowhere.</summary>
    public static string? Daprd { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Append(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dapr", "bin"))
        .Select(folder => Path.Combine(folder, "daprd")).FirstOrDefault(File.Exists);
}
