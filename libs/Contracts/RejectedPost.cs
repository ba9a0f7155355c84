namespace Moodstream.Contracts;

/// <summary>Something that can never be scored, on <see cref="Topics.Rejected"/>.</summary>
public sealed record RejectedPost
{
    /// <summary>Id of the CloudEvent it came with; always there, so that it can be settled.</summary>
    public required string Id { get; init; }

    /// <summary>The post, where it could be read.</summary>
    public Post? Post { get; init; }

    /// <summary>The bytes as they came (base64 on the wire), where no post could be read from them; at most 64 KiB.</summary>
    public byte[]? Raw { get; init; }

    /// <summary>Why, from a closed set.</summary>
    public required RejectReason Reason { get; init; }

    /// <summary>What was expected and what came, for a person.</summary>
    public required string Detail { get; init; }

    /// <summary>When it was rejected (UTC).</summary>
    public required DateTimeOffset RejectedAt { get; init; }
}
