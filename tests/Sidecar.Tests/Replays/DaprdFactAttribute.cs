namespace Moodstream.Sidecar.Tests.Replays;

/// <summary>A test on the real sidecar; skipped, by name, where there is none on the PATH or in ~/.dapr/bin.</summary>
public sealed class DaprdFactAttribute : FactAttribute
{
    /// <summary>Looks for daprd and redis-server.</summary>
    /// <param name="controlPlane">Whether placement and scheduler are needed as well.</param>
    public DaprdFactAttribute(bool controlPlane = false)
    {
        if (Find("daprd") is null || !RedisServer.IsInstalled || (controlPlane && (Find("placement") is null || Find("scheduler") is null)))
        {
            Skip = $"needs daprd{(controlPlane ? ", placement and scheduler" : "")} on the PATH or in ~/.dapr/bin, and redis-server";
        }
    }

    /// <summary>Where a program of the runtime is; null: nowhere.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Append(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dapr", "bin"))
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
