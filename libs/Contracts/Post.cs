namespace Moodstream.Contracts;

/// <summary>A social post as it entered, on <see cref="Topics.Raw"/>.</summary>
public sealed record Post
{
    /// <summary>
    /// Unique over all sources: <c>x:1789…</c>, <c>bluesky:did:…/3k…</c>, <c>mastodon:host/1…</c>, a file row's own id,
    /// <c>file:&lt;hash of path&gt;:&lt;byte offset&gt;</c>, <c>stdin:&lt;run&gt;:&lt;line&gt;</c> or
    /// <c>sample:&lt;run&gt;:&lt;lap&gt;:&lt;n&gt;</c>; an edited post appends <c>@&lt;revision&gt;</c>.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>Where it came from: <c>sample</c>, <c>file</c>, <c>stdin</c>, <c>x</c>, <c>bluesky</c>, <c>mastodon</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The post as written, before normalisation; may be empty.</summary>
    public required string Text { get; init; }

    /// <summary>When the author wrote it, by the source's clock (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it entered Moodstream (UTC).</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The author's handle, where the source tells.</summary>
    public string? Author { get; init; }

    /// <summary>BCP 47 language as the source claims it.</summary>
    public string? Lang { get; init; }

    /// <summary>Where a person can read it.</summary>
    public string? Url { get; init; }

    /// <summary>The tracked topics it matched; null when nothing is tracked.</summary>
    public IReadOnlyList<string>? Topics { get; init; }
}
