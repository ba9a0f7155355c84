using System.Text.Json.Serialization;

namespace Moodstream.Contracts;

/// <summary>Why a post can never be scored.</summary>
public enum RejectReason
{
    /// <summary>No <see cref="Post"/> could be read from the event.</summary>
    [JsonStringEnumMemberName("malformed")]
    Malformed,

    /// <summary>The model refuses this post alone, while a known-good one still succeeds.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,

    /// <summary>Published five times while later posts settled, and never answered.</summary>
    [JsonStringEnumMemberName("unscorable")]
    Unscorable,
}
