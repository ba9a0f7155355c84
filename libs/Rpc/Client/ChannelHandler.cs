using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Moodstream.Rpc.Client;

/// <summary>The connections of a channel: nothing of the environment, and nothing a browser would add.</summary>
internal static class ChannelHandler
{
    // Beyond the 64 KiB of the specification, from which it would have to grow by round trips.
    private const int StreamWindowBytes = 1024 * 1024;

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
