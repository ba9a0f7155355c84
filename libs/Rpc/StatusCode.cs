namespace Moodstream.Rpc;

/// <summary>How a call ended (gRPC <c>doc/statuscodes.md</c>; the numbers are the wire's).</summary>
public enum StatusCode
{
    /// <summary>It succeeded.</summary>
    Ok = 0,

    /// <summary>The caller gave it up.</summary>
    Cancelled = 1,

    /// <summary>It failed, and nobody said how; also what an exception of a handler becomes.</summary>
    Unknown = 2,

    /// <summary>The request is wrong whatever the state of the server.</summary>
    InvalidArgument = 3,

    /// <summary>The time given ran out; the work may have been done all the same.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be made exists.</summary>
    AlreadyExists = 6,

    /// <summary>This caller may not.</summary>
    PermissionDenied = 7,

    /// <summary>A quota or a limit is used up; also a message over its size limit.</summary>
    ResourceExhausted = 8,

    /// <summary>The server is in no state to do this, and trying again will not help until that changes.</summary>
    FailedPrecondition = 9,

    /// <summary>It lost against another call, and may be tried again from its beginning.</summary>
    Aborted = 10,

    /// <summary>It went past a valid range.</summary>
    OutOfRange = 11,

    /// <summary>The server knows no such method, or no such compression.</summary>
    Unimplemented = 12,

    /// <summary>A rule of the protocol was broken.</summary>
    Internal = 13,

    /// <summary>The server cannot be reached, or does not take calls now; trying again may help.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or corrupt for good.</summary>
    DataLoss = 15,

    /// <summary>The caller did not say who it is.</summary>
    Unauthenticated = 16,
}
