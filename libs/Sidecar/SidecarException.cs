using Moodstream.Sidecar.Calls;

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

    /// <summary>An answer that is not the one hoped for.</summary>
    internal static SidecarException Of(SidecarCall call, SidecarReply reply, Exception? inner = null) => new(
        reply.Status is >= 400 and < 500 ? SidecarFailure.Refused : SidecarFailure.Trouble,
        $"the sidecar answered {reply.Shown} to {call}",
        inner);
}

/// <summary>Kinds of failed calls.</summary>
public enum SidecarFailure
{
    /// <summary>Nobody listens: nothing was asked.</summary>
    Unreachable,

    /// <summary>The connection broke; what was asked may have been done.</summary>
    Broken,

    /// <summary>No answer came in time; what was asked may have been done.</summary>
    NoAnswer,

    /// <summary>It answered that something failed behind it, or with something that no sidecar says.</summary>
    Trouble,

    /// <summary>It answered that what was asked cannot be done.</summary>
    Refused,
}
