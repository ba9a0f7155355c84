namespace Moodstream.Tests.Support;

/// <summary>A test on public data that is not part of the repository; skipped, by name, where it is absent.</summary>
public sealed class SharedDataFactAttribute : FactAttribute
{
    /// <summary>Needs a file or folder beside the repository.</summary>
    /// <param name="path">Relative to the shared folder, such as <c>data/sentiment/tweeteval-val.tsv</c>.</param>
    public SharedDataFactAttribute(string path)
    {
        var full = Repository.Shared(path.Split('/'));
        if (!File.Exists(full) && !Directory.Exists(full))
        {
            Skip = $"needs ../shared/{path}";
        }
    }
}
