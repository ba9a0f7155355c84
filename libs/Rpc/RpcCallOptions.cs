namespace Moodstream.Rpc;

/// <summary>What is particular to one call.</summary>
public readonly record struct RpcCallOptions
{
    /// <summary>
    /// How long the call may take, waiting for a connection included; sent along, so that the server stops too. Null:
    /// for ever, which only a caller with a token of its own should ask for. Not above zero: the call fails at once
    /// with <see cref="StatusCode.DeadlineExceeded"/>. Above 24 days it is cut to that.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Sent as headers; null for none. Must not change during the call.</summary>
    public RpcMetadata? Metadata { get; init; }
}
