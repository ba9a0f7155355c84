using System.Globalization;

namespace Moodstream.Ingestor.Rows;

/// <summary>Cuts an input into rows, of which it never holds more than the limit and one read.</summary>
internal sealed class RowSplitter(RowBuffer buffer, RowScanner scanner, int maxRowBytes, long line)
{
    // The limit is on what a row says, not on how its line ends.
    private readonly int _mostBytes = maxRowBytes + "\r\n".Length;

    private long _line = line;
    private bool _ended;

    // The row at hand: its bytes are the first _scanned unread ones, or were let go when it was too long to keep.
    private int _scanned;
    private long _dropped;
    private long _droppedLines;

    /// <summary>Reads the next row.</summary>
    /// <returns>The row; null at the end of the input.</returns>
    public async ValueTask<RawRow?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await SkipSeparatorsAsync(cancellationToken).ConfigureAwait(false))
        {
            return Unfinished();
        }

        scanner.Start();
        _scanned = 0;
        _dropped = 0;
        _droppedLines = 0;
        while (true)
        {
            // Never past the limit: where a scanner gives up must not depend on how the bytes came.
            var end = _dropped > 0 ? buffer.Unread.Length : Math.Min(buffer.Unread.Length, _mostBytes);
            var length = scanner.Scan(buffer.Unread.Span[_scanned..end]);
            if (length >= 0)
            {
                return Take(length);
            }

            _scanned = end;
            if (_dropped > 0 || _scanned == _mostBytes)
            {
                if (_dropped == 0 && scanner.GiveUp(isEnd: false) is > 0 and var shorter)
                {
                    return Take(shorter);
                }

                Drop();
            }

            if (_scanned == buffer.Unread.Length && !await buffer.FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return Take(_dropped == 0 && scanner.GiveUp(isEnd: true) is > 0 and var rest ? rest : _dropped + _scanned);
            }
        }
    }

    private async ValueTask<bool> SkipSeparatorsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var unread = buffer.Unread.Span;
            var count = scanner.Separators(unread);
            _line += unread[..count].Count((byte)'\n');
            buffer.Advance(count);
            if (!buffer.Unread.IsEmpty)
            {
                return true;
            }

            if (!await buffer.FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }
    }

    private RawRow? Unfinished()
    {
        if (_ended || scanner.Unfinished is not { } reason)
        {
            return null;
        }

        _ended = true;
        return new RawRow(default, _line, buffer.Offset, buffer.Offset, _line, reason);
    }

    private void Drop()
    {
        _droppedLines += buffer.Unread.Span[.._scanned].Count((byte)'\n');
        _dropped += _scanned;
        buffer.Advance(_scanned);
        _scanned = 0;
    }

    private RawRow Take(long length)
    {
        var bytes = buffer.Unread[..(int)(length - _dropped)];
        var line = _line;
        var offset = buffer.Offset - _dropped;
        _line += _droppedLines + bytes.Span.Count((byte)'\n');
        buffer.Advance(bytes.Length);

        var fault = length - LineEnd(bytes.Span) <= maxRowBytes
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"row of {length} bytes; expected at most {maxRowBytes}");
        return new RawRow(
            fault is null ? bytes[..^LineEnd(bytes.Span)] : default, line, offset, buffer.Offset, _line, fault);
    }

    private static int LineEnd(ReadOnlySpan<byte> row) =>
        row.EndsWith("\r\n"u8) ? 2 : row.EndsWith("\n"u8) ? 1 : 0;
}
