using Moodstream.Contracts;

namespace Moodstream.Dashboard.Board;

/// <summary>
/// A scored post as the page gets it: every part bounded, and the link one that is safe to click. The text stays as it
/// was written, markup and all; the page shows it as text.
/// </summary>
internal sealed record PostView
{
    private const int MaxTopics = 20;
    private const int MaxNameChars = 100;
    private const int MaxUrlChars = 2048;

    public required string Id { get; init; }

    public required string Source { get; init; }

    public required string Text { get; init; }

    /// <summary>Whether <see cref="Text"/> is only the post's beginning.</summary>
    public required bool Cut { get; init; }

    public string? Author { get; init; }

    /// <summary>An absolute http or https address, or absent.</summary>
    public string? Url { get; init; }

    public IReadOnlyList<string>? Topics { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required DateTimeOffset ScoredAt { get; init; }

    public required SentimentLabel Label { get; init; }

    public required float Negative { get; init; }

    public required float Neutral { get; init; }

    public required float Positive { get; init; }

    public required float Score { get; init; }

    /// <summary>Whether the model saw only the post's beginning.</summary>
    public required bool Truncated { get; init; }

    public static PostView From(ScoredPost scored, int maxTextChars)
    {
        var (post, sentiment) = (scored.Post, scored.Sentiment);
        return new PostView
        {
            Id = post.Id,
            Source = Head(post.Source, MaxNameChars),
            Text = Head(post.Text, maxTextChars),
            Cut = post.Text.Length > maxTextChars,
            Author = post.Author is null ? null : Head(post.Author, MaxNameChars),
            Url = SafeUrl(post.Url),
            Topics = Names(post.Topics),
            CreatedAt = post.CreatedAt,
            ReceivedAt = post.ReceivedAt,
            ScoredAt = scored.ScoredAt,
            Label = sentiment.Label,
            Negative = MathF.Round(sentiment.Negative, 4),
            Neutral = MathF.Round(sentiment.Neutral, 4),
            Positive = MathF.Round(sentiment.Positive, 4),
            Score = MathF.Round(sentiment.Score, 4),
            Truncated = scored.Truncated,
        };
    }

    private static List<string>? Names(IReadOnlyList<string>? topics) => topics is null or []
        ? null
        : [.. topics.Take(MaxTopics).Where(t => !string.IsNullOrWhiteSpace(t)).Select(t => Head(t, MaxNameChars))
            .Distinct(StringComparer.OrdinalIgnoreCase)];

    // Not through the middle of a surrogate pair, which would show as two broken characters.
    private static string Head(string text, int maxChars)
    {
        if (text.Length <= maxChars)
        {
            return text;
        }

        return text[..(char.IsHighSurrogate(text[maxChars - 1]) ? maxChars - 1 : maxChars)];
    }

    // A name before the host (https://bank.example@evil.example) is only ever there to mislead.
    private static string? SafeUrl(string? url) =>
        url is { Length: <= MaxUrlChars }
        && Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.UserInfo.Length == 0
            ? uri.AbsoluteUri
            : null;
}
