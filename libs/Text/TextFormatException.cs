namespace Moodstream.Text;

/// <summary>A file of a tokenizer or a normaliser that is not what it must be.</summary>
public sealed class TextFormatException : Exception
{
    /// <summary>Says what is wrong with a file.</summary>
    /// <param name="file">Path or name of the file.</param>
    /// <param name="location">Where in it: a JSON path or a line.</param>
    /// <param name="expected">What would have been accepted.</param>
    /// <param name="found">What came instead.</param>
    /// <param name="inner">The parser's own account, where there is one.</param>
    public TextFormatException(
        string file, string location, string expected, string found, Exception? inner = null)
        : base($"{file}: expected {expected} at {location}, found {found}", inner)
    {
        File = file;
        Location = location;
        Expected = expected;
        Found = found;
    }

    /// <summary>Path or name of the file.</summary>
    public string File { get; }

    /// <summary>Where in the file: a JSON path such as <c>$.normalizer.type</c>, or a line.</summary>
    public string Location { get; }

    /// <summary>What would have been accepted.</summary>
    public string Expected { get; }

    /// <summary>What came instead.</summary>
    public string Found { get; }
}
