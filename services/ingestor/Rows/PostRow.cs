using Moodstream.Contracts;

namespace Moodstream.Ingestor.Rows;

/// <summary>One row of an input file: a post, or the reason why there is none.</summary>
/// <param name="Line">1-based line the row starts on.</param>
/// <param name="Offset">Byte offset the row starts at; of a compressed file, in the unpacked bytes.</param>
/// <param name="NextOffset">
/// Byte offset to read from to go on. Posts of one API response share their line's offset, and all but the last give
/// that offset again: without <see cref="NextIndex"/> a resumed reader repeats some of the line, and loses nothing.
/// </param>
/// <param name="Post">The post; null when <paramref name="Error"/> says why.</param>
/// <param name="Error">What was expected and what came; null when there is a post.</param>
internal readonly record struct PostRow(long Line, long Offset, long NextOffset, Post? Post, string? Error)
{
    /// <summary>0-based place among the posts of the same row; 0 unless the row is an API response.</summary>
    public int Index { get; init; }

    /// <summary>Posts to skip behind <see cref="NextOffset"/>.</summary>
    public int NextIndex { get; init; }

    /// <summary>1-based line of <see cref="NextOffset"/>.</summary>
    public long NextLine { get; init; }

    /// <summary>Ill-formed UTF-8 sequences of the row that became U+FFFD; counted on its first post.</summary>
    public int Replaced { get; init; }

    /// <summary>Where a reader goes on without loss or repeat.</summary>
    public RowPosition Next => new(NextOffset, NextIndex, NextLine);
}
