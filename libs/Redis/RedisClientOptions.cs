using System.Security.Cryptography.X509Certificates;

namespace Moodstream.Redis;

/// <summary>How long a client waits, how much it takes, and whom it trusts.</summary>
public sealed record RedisClientOptions
{
    /// <summary>Longest that connecting may take: name, TCP, TLS, authentication.</summary>
    /// <value>Default: 2 s.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest that the answers to one call may take.</summary>
    /// <value>Default: 5 s.</value>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most bytes of one answer; a longer one ends the connection before memory is taken for it.</summary>
    /// <value>Default: 64 MiB.</value>
    public int MaxReplyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Certificates to trust, with TLS, instead of those the machine trusts.</summary>
    /// <value>Default: null.</value>
    public X509Certificate2Collection? TrustedRoots { get; init; }
}
