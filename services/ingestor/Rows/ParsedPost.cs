using Moodstream.Contracts;

namespace Moodstream.Ingestor.Rows;

/// <summary>A post of a row, or why there is none.</summary>
internal readonly record struct ParsedPost(Post? Post, string? Error)
{
    private const int MaxErrorLength = 500;

    public static implicit operator ParsedPost(Post post) => new(post, null);

    /// <summary>A post that cannot be read. The reason may quote the row, so it is cut where it gets long.</summary>
    public static ParsedPost Refused(string error)
    {
        if (error.Length > MaxErrorLength)
        {
            var end = MaxErrorLength - (char.IsHighSurrogate(error[MaxErrorLength - 1]) ? 1 : 0);
            error = $"{error.AsSpan(0, end)}…";
        }

        return new(null, error);
    }
}
