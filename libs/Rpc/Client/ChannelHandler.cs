using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Moodstream.Rpc.Client;

/// <summary>The connections of a channel: nothing of the environment, and nothing a browser would add.</summary>
internal static class ChannelHandler
{
    // Beyond the 64 KiB of the specification, from which it would have to grow by round trips.
    private const int StreamWindowBytes = 1024 * 1024;

    // A server that vanished without a word would otherwise be waited for as long as TCP does, a quarter of an hour.
    // Only while a call waits, and no oftener than servers built on the C core put up with (gRPC doc/keepalive.md).
    private static readonly TimeSpan PingDelay = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(20);

    public static SocketsHttpHandler Create(RpcChannelOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = StreamWindowBytes,
            ConnectTimeout = options.ConnectTimeout,
            KeepAlivePingDelay = PingDelay,
            KeepAlivePingTimeout = PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        };
        if (options.RootCertificates is { } roots)
        {
            handler.SslOptions.CertificateChainPolicy = TrustOnly(roots);
        }

        return handler;
    }

    private static X509ChainPolicy TrustOnly(X509Certificate2Collection roots)
    {
        // A private authority publishes no revocations as a rule.
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }
}
