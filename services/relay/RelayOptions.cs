using System.ComponentModel.DataAnnotations;
using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.Relay;

/// <summary>Where scored posts are relayed to.</summary>
internal sealed class RelayOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Moodstream:Relay";

    /// <summary>The Redis server: HOST[:PORT] or redis[s]://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE].</summary>
    /// <value>Default: <c>redis://localhost:6379</c>.</value>
    [Required]
    public string Redis { get; init; } = "redis://localhost:6379";

    /// <summary>The channel; names of channels are case-sensitive.</summary>
    /// <value>Default: <c>STREAM</c>. At most 512 characters.</value>
    [Required]
    [StringLength(512)]
    public string Channel { get; init; } = "STREAM";

    /// <summary>
    /// PEM file of the certificates to trust with <c>rediss</c>, for a server with an authority of its own. Null: those
    /// the machine trusts.
    /// </summary>
    /// <value>Default: null.</value>
    public string? TrustedCertificates { get; init; }

    /// <summary>Post ids remembered per source to drop repeats: twice the ingestor's window.</summary>
    /// <value>Default: 8192. 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int RememberedIds { get; init; } = RepeatFilter.DefaultCapacity;
}
