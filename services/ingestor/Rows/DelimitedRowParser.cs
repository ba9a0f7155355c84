namespace Moodstream.Ingestor.Rows;

/// <summary>Rows of fields under a header row, which names the columns the post is in.</summary>
internal sealed class DelimitedRowParser : IRowParser
{
    private readonly PostFactory _factory;
    private readonly DelimitedFields _fields;
    private readonly int _columns;
    private readonly int _text;
    private readonly int _id;
    private readonly int _createdAt;
    private readonly int _author;
    private readonly int _lang;
    private readonly int _url;

    /// <summary>Reads rows under a header.</summary>
    /// <exception cref="UnreadableInputException">It has no column for the text, two, or none for a wanted id.</exception>
    public DelimitedRowParser(
        PostReaderOptions options, PostFactory factory, DelimitedFields fields, IReadOnlyList<string> header)
    {
        _factory = factory;
        _fields = fields;
        _columns = header.Count;
        _text = Column(options.TextField ?? "text") ?? throw Missing(options.TextField ?? "text");
        _id = Column(options.IdField ?? "id") ?? (options.IdField is null ? -1 : throw Missing(options.IdField));
        _createdAt = Column("createdAt") ?? Column("created_at") ?? -1;
        _author = Column("author") ?? -1;
        _lang = Column("lang") ?? -1;
        _url = Column("url") ?? -1;

        int? Column(string name) => header.Count(h => h == name) switch
        {
            0 => null,
            1 => header.Select((h, i) => (h, i)).First(c => c.h == name).i,
            var count => throw new UnreadableInputException(
                $"{options.Name}: {count} columns are called '{name}'; expected one"),
        };

        UnreadableInputException Missing(string name) => new(
            $"{options.Name}: no column '{name}'; the header row has {string.Join(", ", header.Take(30).Select(Shown))}");
    }

    public void Parse(RawRow row, ReadOnlyMemory<byte> text, List<ParsedPost> posts)
    {
        // A blank line is no row, unless rows are so narrow that it is one with an empty text.
        if (text.IsEmpty && _columns > 1)
        {
            return;
        }

        if (_fields.Split(text.Span, out var error) is not { } values)
        {
            posts.Add(ParsedPost.Refused(error!));
        }
        else if (values.Count != _columns)
        {
            posts.Add(ParsedPost.Refused($"expected {_columns} fields, as the header row has, came {values.Count}"));
        }
        else
        {
            posts.Add(Read(row, values));
        }
    }

    private ParsedPost Read(RawRow row, List<string> values)
    {
        var parsed = _factory.Create(row, Value(_id), values[_text], Value(_createdAt));
        return parsed.Post is not { } post ? parsed : post with
        {
            Author = Value(_author),
            Lang = Value(_lang),
            Url = Value(_url),
        };

        string? Value(int column) => column >= 0 && values[column].Length > 0 ? values[column] : null;
    }

    private static string Shown(string column) => column.Length <= 40 ? $"'{column}'" : $"'{column.AsSpan(0, 40)}…'";
}
