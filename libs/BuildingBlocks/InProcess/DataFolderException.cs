namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>A data folder that this program cannot use. The message is one line for a person.</summary>
public class DataFolderException : IOException
{
    /// <summary>Says why.</summary>
    /// <param name="folder">The folder's path.</param>
    /// <param name="message">What was expected and what was found, naming the folder.</param>
    /// <param name="inner">What the file system said, if anything.</param>
    public DataFolderException(string folder, string message, Exception? inner = null)
        : base(message, inner)
    {
        Folder = folder;
    }

    /// <summary>The folder's path.</summary>
    public string Folder { get; }
}
