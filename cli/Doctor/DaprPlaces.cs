using Moodstream.Redis;

namespace Moodstream.Cli.Doctor;

/// <summary>Where Dapr and its Redis are looked for.</summary>
internal sealed record DaprPlaces
{
    /// <summary>Folders of programs, as in <c>PATH</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The user's folder: <c>dapr init --slim</c> puts its programs into <c>.dapr/bin</c> there.</summary>
    public required string Home { get; init; }

    /// <summary>The Redis server.</summary>
    public required RedisAddress Redis { get; init; }

    /// <summary>Port of placement on this machine, as <c>dapr init</c> has it.</summary>
    public int PlacementPort { get; init; } = OperatingSystem.IsWindows() ? 6050 : 50005;

    /// <summary>Port of the scheduler.</summary>
    public int SchedulerPort { get; init; } = OperatingSystem.IsWindows() ? 6060 : 50006;

    /// <summary>Those of this process.</summary>
    public static DaprPlaces Here(RedisAddress redis) => new()
    {
        Path = Environment.GetEnvironmentVariable("PATH") ?? "",
        Home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        Redis = redis,
    };

    /// <summary>A program; null when it is nowhere.</summary>
    public string? Find(string program)
    {
        var name = OperatingSystem.IsWindows() ? $"{program}.exe" : program;
        return Path.Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(System.IO.Path.Combine(Home, ".dapr", "bin"))
            .Select(folder => System.IO.Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }
}
