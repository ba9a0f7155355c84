using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Moodstream.Redis;

/// <summary>How the server is known with TLS: by its name, and by those who vouch for it.</summary>
internal static class RedisTls
{
    public static SslClientAuthenticationOptions For(RedisAddress address, RedisClientOptions options)
    {
        var tls = new SslClientAuthenticationOptions { TargetHost = address.Host };
        if (options.TrustedRoots is { } roots)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck, // an authority of one's own seldom says what it revoked
            };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        return tls;
    }
}
