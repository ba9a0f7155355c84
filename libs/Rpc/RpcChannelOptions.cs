using System.Security.Cryptography.X509Certificates;
using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc;

/// <summary>How an <see cref="RpcChannel"/> connects, and what it takes.</summary>
public sealed record RpcChannelOptions
{
    /// <summary>
    /// Longest answer accepted, in bytes, expanded when it was compressed; a longer one is
    /// <see cref="StatusCode.ResourceExhausted"/>. At least 0; 4 MiB by default, as in every gRPC client.
    /// </summary>
    public int MaxReceiveBytes { get; init; } = GrpcProtocol.DefaultMaxReceiveBytes;

    /// <summary>
    /// Longest request sent, in bytes, before compression; a longer one is <see cref="StatusCode.ResourceExhausted"/>
    /// and is not sent. At least 0; no limit by default.
    /// </summary>
    public int MaxSendBytes { get; init; } = int.MaxValue;

    /// <summary>
    /// Whether requests are compressed with gzip; off by default. Compressed answers are always understood.
    /// </summary>
    public bool Gzip { get; init; }

    /// <summary>
    /// How long a connection may take to be made, TLS included; longer is <see cref="StatusCode.Unavailable"/>.
    /// Above 0; 5 s by default.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock of deadlines; the system's by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// The only authorities whose certificates are believed on <c>https://</c>; null, the default: those the system
    /// trusts. The caller owns them.
    /// </summary>
    public X509Certificate2Collection? RootCertificates { get; init; }
}
