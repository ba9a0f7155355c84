using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc;

/// <summary>What a server takes and sends.</summary>
public sealed class RpcServerOptions
{
    /// <summary>
    /// Longest request accepted, in bytes, expanded when it was compressed; a longer one is answered with
    /// <see cref="StatusCode.ResourceExhausted"/>. At least 0; 4 MiB by default, as in every gRPC server.
    /// </summary>
    public int MaxReceiveBytes { get; set; } = GrpcProtocol.DefaultMaxReceiveBytes;

    /// <summary>
    /// Bounds the bytes of all requests in hand, as they arrived and, where they were compressed, as they expand; one
    /// that finds no room is answered with <see cref="StatusCode.Unavailable"/>. May be shared with other ways in; 256 MiB by default.
    /// </summary>
    public ByteBudget Budget { get; set; } = new(256L * 1024 * 1024);

    /// <summary>
    /// Longest answer sent, in bytes, before compression; in place of a longer one goes
    /// <see cref="StatusCode.ResourceExhausted"/>. At least 0; no limit by default.
    /// </summary>
    public int MaxSendBytes { get; set; } = int.MaxValue;

    /// <summary>
    /// Whether answers are compressed with gzip for clients that take it; off by default. Compressed requests are
    /// always understood.
    /// </summary>
    public bool Gzip { get; set; }
}
