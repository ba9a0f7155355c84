namespace Moodstream.BuildingBlocks.Actors;

/// <summary>A call of an actor that did not end with its answer. The message is one line for a person.</summary>
public sealed class ActorCallException : Exception
{
    /// <summary>Says what happened.</summary>
    /// <param name="actor">The actor called.</param>
    /// <param name="method">The method called.</param>
    /// <param name="failure">Kind of failure.</param>
    /// <param name="reason">What was expected and what came.</param>
    /// <param name="inner">What caused it, if an exception did.</param>
    public ActorCallException(
        ActorAddress actor, string method, ActorCallFailure failure, string reason, Exception? inner = null)
        : base($"call of {method} on actor {actor} failed ({failure}): {reason}", inner)
    {
        Actor = actor;
        Method = method;
        Failure = failure;
    }

    /// <summary>The actor called.</summary>
    public ActorAddress Actor { get; }

    /// <summary>The method called.</summary>
    public string Method { get; }

    /// <summary>Kind of failure.</summary>
    public ActorCallFailure Failure { get; }
}

/// <summary>Kinds of failed calls.</summary>
public enum ActorCallFailure
{
    /// <summary>No host took the call: none has the type, it is shutting down, or too many calls wait already.</summary>
    Unreachable,

    /// <summary>No answer within <see cref="ActorLimits.CallTimeout"/>; the turn may still happen.</summary>
    TimedOut,

    /// <summary>The type has no such method. Trying again does not help.</summary>
    UnknownMethod,

    /// <summary>The turn threw, or its state could not be saved. Its changes are discarded.</summary>
    Failed,
}
