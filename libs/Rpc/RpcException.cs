namespace Moodstream.Rpc;

/// <summary>
/// A call that ended with a status other than <see cref="StatusCode.Ok"/>; thrown by a handler to end it so.
/// </summary>
public sealed class RpcException : Exception
{
    /// <summary>Ends a call.</summary>
    /// <param name="code">Any but <see cref="StatusCode.Ok"/>.</param>
    /// <param name="detail">For a person; a server sends its first 4 KiB, percent-encoded. May be empty.</param>
    /// <param name="innerException">The cause, which stays on this side of the wire.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The code is <see cref="StatusCode.Ok"/> or no status code.
    /// </exception>
    public RpcException(StatusCode code, string detail, Exception? innerException = null)
        : base($"{code}: {detail}", innerException)
    {
        ArgumentNullException.ThrowIfNull(detail);
        if (code is <= StatusCode.Ok or > StatusCode.Unauthenticated)
        {
            throw new ArgumentOutOfRangeException(nameof(code), code, "a call fails with a status from 1 to 16");
        }

        Code = code;
        Detail = detail;
    }

    /// <summary>Why it failed, for a program.</summary>
    public StatusCode Code { get; }

    /// <summary>Why it failed, for a person (<c>grpc-message</c>).</summary>
    public string Detail { get; }

    /// <summary>What came with the status, or is to go with it. Entries that do not decode are left out.</summary>
    public RpcMetadata Trailers { get; init; } = [];
}
