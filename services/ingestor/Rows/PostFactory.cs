using System.Globalization;
using Moodstream.Contracts;

namespace Moodstream.Ingestor.Rows;

/// <summary>Turns what a row says into a <see cref="Post"/>: gives it its id, its source and its times.</summary>
internal sealed class PostFactory(PostReaderOptions options)
{
    /// <summary>Longest id: ids are kept for as long as a post is in flight, texts are not.</summary>
    public const int MaxIdLength = 512;

    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd",
    ];

    /// <summary>Makes a post.</summary>
    /// <param name="row">Where it stands.</param>
    /// <param name="id">Its own id; null or empty when it has none.</param>
    /// <param name="text">As written.</param>
    /// <param name="createdAt">ISO 8601; anything else counts as unknown, and the post as created when it entered.</param>
    public ParsedPost Create(RawRow row, string? id, string text, string? createdAt = null)
    {
        if (id?.Length > MaxIdLength)
        {
            return ParsedPost.Refused($"id of {id.Length} characters; expected at most {MaxIdLength}");
        }

        if (string.IsNullOrEmpty(id) && options.IdField is { } field)
        {
            return ParsedPost.Refused($"field '{field}': expected an id, came nothing");
        }

        var now = options.Clock.GetUtcNow();
        return new Post
        {
            Id = string.IsNullOrEmpty(id) ? IdOf(row) : id,
            Source = options.Source,
            Text = text,
            CreatedAt = ParseTime(createdAt) ?? now,
            ReceivedAt = now,
        };
    }

    private static DateTimeOffset? ParseTime(string? text) =>
        DateTimeOffset.TryParseExact(
            text,
            TimeFormats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time)
            ? time
            : null;

    private string IdOf(RawRow row) => string.Create(
        CultureInfo.InvariantCulture, $"{options.IdPrefix}:{(options.IdByLine ? row.Line : row.Offset)}");
}
