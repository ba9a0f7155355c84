namespace Moodstream.Ingestor.Rows;

/// <summary>Reads the posts of a row.</summary>
internal interface IRowParser
{
    /// <summary>Appends the row's posts, in order; none for a row that is blank.</summary>
    /// <param name="row">The row's place.</param>
    /// <param name="text">The row's bytes, well-formed UTF-8.</param>
    /// <param name="posts">Appended to.</param>
    void Parse(RawRow row, ReadOnlyMemory<byte> text, List<ParsedPost> posts);
}
