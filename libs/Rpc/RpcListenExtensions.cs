using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Moodstream.Rpc.Server;

namespace Moodstream.Rpc;

/// <summary>Opens listeners for calls.</summary>
public static class RpcListenExtensions
{
    // Beyond the 64 KiB of the specification, from which large requests would have to wait for round trips; the
    // connection's is larger, so that one upload does not hold up the others.
    private const int StreamWindowBytes = 1024 * 1024;
    private const int ConnectionWindowBytes = 4 * StreamWindowBytes;

    /// <summary>
    /// Listens for HTTP/2, and nothing else: without TLS a connection has no way to choose a protocol.
    /// </summary>
    /// <param name="kestrel">
    /// The server. Its limits on time and on HTTP/2 are set too, for all of its listeners.
    /// </param>
    /// <param name="endPoint">Port 0 for any.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static void ListenRpc(
        this KestrelServerOptions kestrel, IPEndPoint endPoint, RpcListenOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        options ??= new RpcListenOptions();
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.PrefaceTimeout, TimeSpan.Zero);

        var rate = new MinDataRate(options.MinBytesPerSecond, options.DataGracePeriod);
        kestrel.Limits.KeepAliveTimeout = options.IdleTimeout;
        kestrel.Limits.RequestHeadersTimeout = options.HeadersTimeout;
        kestrel.Limits.MinRequestBodyDataRate = rate;
        kestrel.Limits.MinResponseDataRate = rate;
        kestrel.Limits.Http2.InitialStreamWindowSize = StreamWindowBytes;
        kestrel.Limits.Http2.InitialConnectionWindowSize = ConnectionWindowBytes;
        kestrel.Listen(endPoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (options.Certificate is { } certificate)
            {
                listen.UseHttps(certificate);
            }

            listen.Use(next => new PrefaceGuard(next, options.PrefaceTimeout).OnConnectedAsync);
        });
    }
}
