using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Moodstream.Redis.Tests;

/// <summary>TLS against a real redis-server built with it.</summary>
public sealed class RedisTlsTests
{
    [RedisFact]
    public async Task Tls_OwnAuthority_IsTrustedOnlyWhenNamed()
    {
        using var folder = new TemporaryFolder();
        using var certificate = SelfSigned();
        await File.WriteAllTextAsync(folder["server.crt"], certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(folder["server.key"], certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await using var server = await RedisServer.StartAsync(
            "--port", "0", "--tls-port", "{port}", "--tls-auth-clients", "no", "--tls-cert-file", folder["server.crt"],
            "--tls-key-file", folder["server.key"], "--tls-ca-cert-file", folder["server.crt"]);
        var address = RedisAddress.Parse($"rediss://{server.Endpoint}");

        await using var stranger = new RedisClient(address);
        var refused = await Assert.ThrowsAsync<RedisException>(() => stranger.PingAsync(CancellationToken.None).DefaultTimeout());
        Assert.Equal(RedisFailure.Unreachable, refused.Failure);
        Assert.Contains("no TLS", refused.Message, StringComparison.Ordinal);

        using var root = X509CertificateLoader.LoadCertificate(certificate.Export(X509ContentType.Cert));
        await using var friend = new RedisClient(address, new RedisClientOptions { TrustedRoots = [root] });
        await friend.PingAsync(CancellationToken.None).DefaultTimeout();
        await friend.PingAsync(CancellationToken.None).DefaultTimeout();
    }

    [RedisFact]
    public async Task Tls_ServerWithoutIt_IsToldInTime()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = new RedisClient(
            RedisAddress.Parse($"rediss://{server.Endpoint}"),
            new RedisClientOptions { ConnectTimeout = TimeSpan.FromMilliseconds(300) });

        var failure = await Assert.ThrowsAsync<RedisException>(() => client.PingAsync(CancellationToken.None).DefaultTimeout());

        Assert.Equal(RedisFailure.TimedOut, failure.Failure); // Redis waits for the rest of a command that is none
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
