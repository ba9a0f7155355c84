using System.Text;

namespace Moodstream.Ingestor.Rows;

/// <summary>One post a line.</summary>
internal sealed class TextRowParser(PostFactory factory) : IRowParser
{
    public void Parse(RawRow row, ReadOnlyMemory<byte> text, List<ParsedPost> posts) =>
        posts.Add(factory.Create(row, null, Encoding.UTF8.GetString(text.Span)));
}
