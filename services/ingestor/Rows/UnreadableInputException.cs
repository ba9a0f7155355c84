namespace Moodstream.Ingestor.Rows;

/// <summary>An input that cannot be read as a whole: another encoding, no such column, broken compression.</summary>
internal sealed class UnreadableInputException : IOException
{
    public UnreadableInputException(string message)
        : base(message)
    {
    }

    public UnreadableInputException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
