namespace Moodstream.Bert;

/// <summary>A model folder is not what this library loads: it says which file, where in it, what was expected and what was found.</summary>
public sealed class ModelFormatException : Exception
{
    /// <summary>States the four facts.</summary>
    /// <param name="file">The file or folder at fault.</param>
    /// <param name="where">The place in it, such as <c>$.hidden_act</c> or the name of a tensor.</param>
    /// <param name="expected">What this library reads there.</param>
    /// <param name="actual">What is there instead.</param>
    /// <param name="innerException">The parser's own complaint, if any.</param>
    public ModelFormatException(
        string file, string where, string expected, string actual, Exception? innerException = null)
        : base($"{file}: {where}: expected {expected}, found {actual}", innerException)
    {
        File = file;
        Where = where;
        Expected = expected;
        Actual = actual;
    }

    /// <summary>The file or folder at fault.</summary>
    public string File { get; }

    /// <summary>The place in it.</summary>
    public string Where { get; }

    /// <summary>What this library reads there.</summary>
    public string Expected { get; }

    /// <summary>What is there instead; text from the file is cut to a readable length.</summary>
    public string Actual { get; }
}
