namespace Moodstream.Ingestor.Rows;

/// <summary>
/// Rows are JSON values in an array, or one after another with white space between. Brackets are only counted: whether
/// a value is well formed is for its parser to say.
/// </summary>
internal sealed class JsonValueScanner(bool inArray) : RowScanner
{
    private bool _opened = !inArray;
    private bool _closed = !inArray;
    private bool _inString;
    private bool _escaped;
    private int _depth;
    private long _scanned;

    public override string? Unfinished => _closed ? null : "the array is not closed: the input may have been cut";

    public override int Separators(ReadOnlySpan<byte> unread)
    {
        for (var i = 0; i < unread.Length; i++)
        {
            switch (unread[i])
            {
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',':
                    break;
                case (byte)'[' when !_opened:
                    _opened = true;
                    break;
                case (byte)']' when inArray:
                    _closed = true;
                    break;
                default:
                    return i;
            }
        }

        return unread.Length;
    }

    /// <summary>Goes on within the array, at a value.</summary>
    public void Resume() => _opened = true;

    public override void Start()
    {
        // What closes the array stands behind all of its values.
        _closed = !inArray;
        _inString = false;
        _escaped = false;
        _depth = 0;
        _scanned = 0;
    }

    public override long Scan(ReadOnlySpan<byte> more)
    {
        for (var i = 0; i < more.Length; i++)
        {
            var b = more[i];
            if (_escaped)
            {
                _escaped = false;
            }
            else if (_inString)
            {
                _escaped = b == '\\';
                _inString = b != '"';
            }
            else if (b == '"')
            {
                _inString = true;
            }
            else if (b is (byte)'{' or (byte)'[')
            {
                _depth++;
            }
            else if (_depth == 0)
            {
                // A scalar, or garbage: up to what follows it. A closing bracket at its start stands for itself.
                if (b is (byte)',' or (byte)'\n' or (byte)'}' or (byte)']')
                {
                    return Math.Max(1, _scanned + i);
                }
            }
            else if (b is (byte)'}' or (byte)']' && --_depth == 0)
            {
                return _scanned + i + 1;
            }
        }

        _scanned += more.Length;
        return -1;
    }
}
