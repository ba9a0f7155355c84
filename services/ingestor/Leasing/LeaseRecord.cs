namespace Moodstream.Ingestor.Leasing;

/// <summary>Who reads a source, in the state store.</summary>
internal sealed record LeaseRecord
{
    /// <summary>The holder; null once it has let go.</summary>
    public required LeaseOwner? Owner { get; init; }

    /// <summary>When the lease ends unless it is renewed (UTC, by the holder's clock).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
