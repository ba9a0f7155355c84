using System.ComponentModel.DataAnnotations;

namespace Moodstream.Dashboard;

/// <summary>Bounds of the live page. Every one of them caps memory, traffic or both.</summary>
internal sealed class DashboardOptions
{
    public const string Section = "Moodstream:Dashboard";

    /// <summary>Newest posts and deletions kept for clients that come back or read slowly.</summary>
    /// <value>
    /// Default: 8192, eight seconds at 1,000 posts/s: longer than a browser waits to reconnect. 1 to 100000.
    /// </value>
    [Range(1, 100_000)]
    public int RingPosts { get; init; } = 8192;

    /// <summary>Bytes of JSON those posts may take; the oldest go first.</summary>
    /// <value>Default: 16 MiB. 64 KiB to 1 GiB.</value>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int RingBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Newest posts a client gets that has seen none yet.</summary>
    /// <value>Default: 100. 0 to 1000.</value>
    [Range(0, 1000)]
    public int SnapshotPosts { get; init; } = 100;

    /// <summary>Post ids remembered per source to drop repeats: twice the ingestor's window.</summary>
    /// <value>Default: 8192. 1 to 1000000.</value>
    [Range(1, 1_000_000)]
    public int RememberedIds { get; init; } = 8192;

    /// <summary>Topics counted by name; posts on further ones are counted together.</summary>
    /// <value>Default: 200. 1 to 10000.</value>
    [Range(1, 10_000)]
    public int MaxTopics { get; init; } = 200;

    /// <summary>UTF-16 units of a post's text that are shown; the rest is cut off, and said to be.</summary>
    /// <value>Default: 1000. 40 to 65536.</value>
    [Range(40, 65_536)]
    public int MaxTextChars { get; init; } = 1000;

    /// <summary>Event streams open at once; further ones are refused with 503.</summary>
    /// <value>Default: 64. 1 to 10000.</value>
    [Range(1, 10_000)]
    public int MaxClients { get; init; } = 64;

    /// <summary>Pause between two events of one stream: what comes in meanwhile travels together.</summary>
    /// <value>Default: 100 ms. 10 ms to 5 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:05")]
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Pause between two looks at the counts; they are sent only if they changed.</summary>
    /// <value>Default: 500 ms. 100 ms to 1 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan StatsInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest silence on a stream: then a comment is sent, so that proxies keep it open.</summary>
    /// <value>Default: 15 s. 1 s to 10 min.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a browser is told to wait before it reconnects.</summary>
    /// <value>Default: 1 s. 100 ms to 1 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Host names, separated by semicolons, that a request arriving over loopback may ask for; <c>*</c> for any.
    /// A page on another site can make its own name resolve to 127.0.0.1 and read what this one shows (DNS
    /// rebinding); its Host header gives it away. Requests that come in over the network are not checked.
    /// </summary>
    /// <value>Default: <c>localhost;127.0.0.1;[::1]</c>.</value>
    [Required]
    public string AllowedHosts { get; init; } = "localhost;127.0.0.1;[::1]";
}
