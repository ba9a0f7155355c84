namespace Moodstream.Cli.Models;

/// <summary>Finds the model that comes with the program.</summary>
internal static class BundledModel
{
    /// <summary>Folder below which the model lies, in the repository and in a published program.</summary>
    private static readonly string RelativePath = Path.Combine("models", "tweet-sentiment");

    /// <summary>The model's folder: beside the program, or above it where the program runs from its build folder.</summary>
    /// <returns>The folder, or null when the model is nowhere to be found.</returns>
    public static string? Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var candidate = Path.Combine(folder, RelativePath);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
