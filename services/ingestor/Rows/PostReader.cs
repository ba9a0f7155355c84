using System.IO.Compression;

namespace Moodstream.Ingestor.Rows;

/// <summary>
/// Reads posts from a file or a pipe, whatever of the known formats it is in, unpacked or gzip, in memory bounded by the
/// row limit. A row that holds no post is given with the reason; only an input that cannot be read as a whole throws.
/// One caller at a time.
/// </summary>
internal sealed class PostReader : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly PostReaderOptions _options;
    private readonly List<ParsedPost> _parsed = [];
    private GZipStream? _unpacking;
    private RowSplitter? _splitter;
    private IRowParser? _parser;

    // The row at hand and how many of its posts were given.
    private RawRow _row;
    private int _next;
    private int _replaced;

    // GZipStream takes the end of the input for the end of the data otherwise, and a file cut short for a whole one.
    static PostReader() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    private PostReader(Stream stream, PostReaderOptions options)
    {
        _stream = stream;
        _options = options;
        _next = options.Start.Index;
    }

    /// <summary>The format, once the first row was read.</summary>
    public RowFormat Format { get; private set; }

    /// <summary>Ill-formed UTF-8 sequences that became U+FFFD in what was read so far.</summary>
    public long Replaced { get; private set; }

    /// <summary>Makes a reader.</summary>
    /// <param name="stream">At the start of the input, whatever the position to go on from; the reader owns it.</param>
    /// <param name="options">What it is.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static PostReader Open(Stream stream, PostReaderOptions options)
    {
        options.Validate();
        return new PostReader(stream, options);
    }

    /// <summary>Reads the next row, as soon as the input has it.</summary>
    /// <returns>The row; null at the end of the input.</returns>
    /// <exception cref="UnreadableInputException">The input cannot be read as a whole.</exception>
    /// <exception cref="IOException">The stream failed.</exception>
    public async ValueTask<PostRow?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_splitter is null)
        {
            await StartAsync(cancellationToken).ConfigureAwait(false);
        }

        while (_next >= _parsed.Count)
        {
            if (await _splitter!.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } row)
            {
                return null;
            }

            Parse(row);
        }

        return Give();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_unpacking is not null)
        {
            await _unpacking.DisposeAsync().ConfigureAwait(false);
        }

        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    private void Parse(RawRow row)
    {
        // Only the first row after a resume begins in its middle.
        _next = _row == default ? _next : 0;
        _row = row;
        _parsed.Clear();
        _replaced = 0;
        if (row.Fault is { } fault)
        {
            _parsed.Add(ParsedPost.Refused(fault));
            return;
        }

        var text = Utf8Rows.Sanitise(row.Bytes, out _replaced);
        Replaced += _replaced;
        _parser!.Parse(row, text, _parsed);
    }

    private PostRow Give()
    {
        var index = _next++;
        var isLast = _next == _parsed.Count && _row.NextOffset > _row.Offset;
        var (post, error) = _parsed[index];
        return new PostRow(_row.Line, _row.Offset, isLast ? _row.NextOffset : _row.Offset, post, error)
        {
            Index = index,
            NextIndex = isLast ? 0 : _next,
            NextLine = isLast ? _row.NextLine : _row.Line,
            Replaced = index == 0 ? _replaced : 0,
        };
    }

    private async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        var buffer = await UnpackAsync(new RowBuffer(_stream), cancellationToken).ConfigureAwait(false);
        await SkipMarkAsync(buffer, cancellationToken).ConfigureAwait(false);
        var layout = await DetectAsync(buffer, cancellationToken).ConfigureAwait(false);
        Format = layout.Format;

        // Several values may share a line.
        var factory = new PostFactory(_options with { IdByLine = _options.IdByLine && layout.IsLines });
        var scanner = Scanner(layout);
        var limit = layout.Format == RowFormat.X ? _options.MaxResponseBytes : _options.MaxRowBytes;
        var splitter = new RowSplitter(buffer, scanner, limit, line: 1);
        _parser = layout.Format switch
        {
            RowFormat.Text => new TextRowParser(factory),
            RowFormat.X => new XRowParser(factory),
            RowFormat.Jsonl or RowFormat.Json => new JsonRowParser(_options, factory),
            _ => await HeaderAsync(splitter, (DelimitedScanner)scanner, factory, cancellationToken).ConfigureAwait(false),
        };

        if (_options.Start.Offset > buffer.Offset)
        {
            await buffer.SkipToAsync(_options.Start.Offset, cancellationToken).ConfigureAwait(false);
            (scanner as JsonValueScanner)?.Resume();
            splitter = new RowSplitter(buffer, scanner, limit, Math.Max(1, _options.Start.Line));
        }

        _splitter = splitter;
    }

    private async ValueTask<RowBuffer> UnpackAsync(RowBuffer buffer, CancellationToken cancellationToken)
    {
        const int MagicBytes = 2;
        while (buffer.Unread.Length < MagicBytes && await buffer.FillAsync(cancellationToken).ConfigureAwait(false))
        {
        }

        if (buffer.Unread.Span is not [0x1F, 0x8B, ..])
        {
            return buffer;
        }

        _unpacking = new GZipStream(buffer.Rest(), CompressionMode.Decompress);
        return new RowBuffer(_unpacking);
    }

    private async ValueTask SkipMarkAsync(RowBuffer buffer, CancellationToken cancellationToken)
    {
        const int MarkBytes = 3;
        while (buffer.Unread.Length < MarkBytes && await buffer.FillAsync(cancellationToken).ConfigureAwait(false))
        {
        }

        var head = buffer.Unread.Span;
        if (head is [0xEF, 0xBB, 0xBF, ..])
        {
            buffer.Advance(MarkBytes);
        }
        else if (head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new UnreadableInputException($"{_options.Name}: expected UTF-8, came UTF-16 (by its byte order mark)");
        }
    }

    private async ValueTask<RowLayout> DetectAsync(RowBuffer buffer, CancellationToken cancellationToken)
    {
        var detector = new FormatDetector(_options);
        var isAll = false;
        while (true)
        {
            if (detector.Detect(buffer.Unread.Span, isAll) is { } layout)
            {
                return layout;
            }

            isAll = !await buffer.FillAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static RowScanner Scanner(RowLayout layout) => layout switch
    {
        { Format: RowFormat.Csv or RowFormat.Tsv } => Fields(layout.Format).Scanner(),
        { IsLines: false } => new JsonValueScanner(layout.IsArray),
        _ => new LineScanner(),
    };

    private static DelimitedFields Fields(RowFormat format) => format == RowFormat.Tsv
        ? new DelimitedFields((byte)'\t', quotesMayBeText: true)
        : new DelimitedFields((byte)',', quotesMayBeText: false);

    private async ValueTask<IRowParser> HeaderAsync(
        RowSplitter splitter, DelimitedScanner scanner, PostFactory factory, CancellationToken cancellationToken)
    {
        if (await splitter.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } row)
        {
            // Nothing at all is an input without rows, as in the other formats.
            return new TextRowParser(factory);
        }

        var fields = Fields(Format);
        var error = row.Fault;
        var header = error is null ? fields.Split(Utf8Rows.Sanitise(row.Bytes, out _).Span, out error) : null;
        scanner.Columns = header?.Count ?? throw new UnreadableInputException($"{_options.Name}: header row: {error}");
        return new DelimitedRowParser(_options, factory, fields, header);
    }
}
