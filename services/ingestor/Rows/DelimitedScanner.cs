namespace Moodstream.Ingestor.Rows;

/// <summary>
/// Rows of RFC 4180: a line end within a quoted field belongs to the row. Where the quoting is broken, or the quote is
/// never closed, the row is its first line only, so that one stray quote costs one line and not the rest of the file.
/// </summary>
/// <remarks>
/// Where quotes may be text, a quote can seem to be closed many lines on by another that is text too. So a row over
/// several lines is believed only if they are not rows by themselves: if the first line has all of its fields, and a
/// later one has too, the quote was text.
/// </remarks>
internal sealed class DelimitedScanner(byte delimiter, bool quotesMayBeText) : RowScanner
{
    private State _state;
    private long _scanned;
    private long _firstLineEnd;

    // Of the line at hand, and of those before it in the row.
    private int _delimiters;
    private bool _firstIsRow;
    private bool _laterIsRow;

    private enum State
    {
        FieldStart,
        Unquoted,
        Quoted,
        QuoteInQuoted,
        Broken,
    }

    /// <summary>Fields of a row; 0 until the header row told it.</summary>
    public int Columns { get; set; }

    private bool LinesAreRows => quotesMayBeText && _firstIsRow && _laterIsRow;

    public override void Start()
    {
        _state = State.FieldStart;
        _scanned = 0;
        _firstLineEnd = 0;
        _delimiters = 0;
        _firstIsRow = false;
        _laterIsRow = false;
    }

    public override long Scan(ReadOnlySpan<byte> more)
    {
        var line = 0;
        for (var i = 0; i < more.Length; i++)
        {
            i += Uninteresting(more[i..]);
            if (i == more.Length)
            {
                break;
            }

            if (more[i] == (byte)'\n')
            {
                EndLine(more[line..i], _scanned + i + 1);
                line = i + 1;
                if (_state != State.Quoted)
                {
                    return LinesAreRows ? _firstLineEnd : _scanned + line;
                }
            }
            else if (Step(more[i]) == State.Broken && _firstLineEnd > 0)
            {
                return _firstLineEnd;
            }
        }

        _delimiters += more[line..].Count(delimiter);
        _scanned += more.Length;
        return -1;
    }

    public override long GiveUp(bool isEnd)
    {
        if (isEnd)
        {
            EndLine(default, _scanned);
        }

        var length = _state == State.Quoted || LinesAreRows ? _firstLineEnd : 0;
        _state = State.Broken;
        return length;
    }

    private void EndLine(ReadOnlySpan<byte> line, long end)
    {
        var isRow = _delimiters + line.Count(delimiter) == Columns - 1;
        _delimiters = 0;
        if (_firstLineEnd == 0)
        {
            _firstLineEnd = end;
            _firstIsRow = isRow;
        }
        else
        {
            _laterIsRow |= isRow;
        }
    }

    // Bytes that cannot change the state, which are nearly all of them.
    private int Uninteresting(ReadOnlySpan<byte> bytes)
    {
        var next = _state switch
        {
            State.Quoted => bytes.IndexOfAny((byte)'"', (byte)'\n'),
            State.Unquoted => bytes.IndexOfAny(delimiter, (byte)'\n'),
            State.Broken => bytes.IndexOf((byte)'\n'),
            _ => 0,
        };
        return next < 0 ? bytes.Length : next;
    }

    private State Step(byte b) => _state = _state switch
    {
        State.Broken => State.Broken,
        State.Quoted => b == '"' ? State.QuoteInQuoted : State.Quoted,
        State.QuoteInQuoted when b == '"' => State.Quoted,
        State.QuoteInQuoted when b != delimiter && b != '\r' => State.Broken,
        State.FieldStart when b == '"' => State.Quoted,
        _ when b == delimiter => State.FieldStart,
        State.QuoteInQuoted => State.QuoteInQuoted,
        _ => State.Unquoted,
    };
}
