using System.Security.Cryptography.X509Certificates;

namespace Moodstream.Rpc;

/// <summary>How a listener for calls treats its connections.</summary>
public sealed record RpcListenOptions
{
    /// <summary>
    /// How long a new connection may take to say that it speaks HTTP/2, or anything at all. Above 0; 10 s by default.
    /// </summary>
    public TimeSpan PrefaceTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a connection may stay without a call, whatever else is sent on it. Above 0; 130 s by default, as
    /// Kestrel's own.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>How long the headers of a call may take to arrive. Above 0; 10 s by default.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Slowest rate, in bytes a second, at which a message may arrive or an answer be taken, once
    /// <see cref="DataGracePeriod"/> is over; a slower connection is cut. Above 0; 240 by default, Kestrel's.
    /// </summary>
    public double MinBytesPerSecond { get; init; } = 240;

    /// <summary>How long data may be slower than that, or not come at all. Above 1 s; 5 s by default.</summary>
    public TimeSpan DataGracePeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Makes the listener speak TLS; null, the default: clear text. The caller owns it.</summary>
    public X509Certificate2? Certificate { get; init; }
}
