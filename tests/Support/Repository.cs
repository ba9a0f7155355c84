namespace Moodstream.Tests.Support;

/// <summary>Where the repository's files are, whatever folder the tests run from.</summary>
public static class Repository
{
    /// <summary>The folder that holds moodstream.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The bundled model.</summary>
    public static string Model { get; } = Path.Combine(Root, "models", "tweet-sentiment", "1");

    /// <summary>A file or folder below tests/data.</summary>
    public static string Data(params string[] parts) => Path.Combine([Root, "tests", "data", .. parts]);

    /// <summary>A file or folder of public data beside the repository, which a clone does not have.</summary>
    public static string Shared(params string[] parts) => Path.Combine([Root, "..", "shared", .. parts]);

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "moodstream.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"no moodstream.slnx above {AppContext.BaseDirectory}");
    }
}
