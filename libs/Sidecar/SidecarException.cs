namespace Moodstream.Sidecar;

/// <summary>A call of the sidecar that did not do what was asked. The message is one line for a person.</summary>
public sealed class SidecarException : IOException
{
    /// <summary>Says why.</summary>
    /// <param name="failure">The kind of failure.</param>
    /// <param name="message">What was asked and what came.</param>
    /// <param name="inner">What the network said, if anything.</param>
    public SidecarException(SidecarFailure failure, string message, Exception? inner = null)
        : base(message, inner)
    {
        Failure = failure;
    }

    /// <summary>The kind of failure.</summary>
    public SidecarFailure Failure { get; }
}

/// <summary>Kinds of failed calls.</summary>
public enum SidecarFailure
{
    /// <summary>Nobody listens, or the connection broke; what was asked may have been done.</summary>
    Unreachable,

    /// <summary>No answer came in time; what was asked may have been done.</summary>
    NoAnswer,

    /// <summary>It answered that something failed behind it, or with something that no sidecar says.</summary>
    Trouble,

    /// <summary>It answered that what was asked cannot be done.</summary>
    Refused,
}
