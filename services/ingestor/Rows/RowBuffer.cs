namespace Moodstream.Ingestor.Rows;

/// <summary>
/// The unread bytes of a stream, with their place in it. Not safe for concurrent use, nor for use after a cancelled read.
/// </summary>
internal sealed class RowBuffer(Stream stream)
{
    private const int ChunkBytes = 64 << 10;

    private readonly long _origin = stream.CanSeek ? stream.Position : 0;
    private byte[] _bytes = new byte[ChunkBytes];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Byte offset of the first unread byte.</summary>
    public long Offset { get; private set; }

    /// <summary>The bytes read ahead; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Unread => _bytes.AsMemory(_start, _end - _start);

    /// <summary>The unread bytes and all behind them; the buffer is not to be used any more.</summary>
    public Stream Rest() => new ReplayedStream(Unread, stream);

    /// <summary>Counts bytes as read.</summary>
    public void Advance(int count)
    {
        _start += count;
        Offset += count;
    }

    /// <summary>Reads ahead by what the stream has, without waiting for more than that.</summary>
    /// <returns>Whether there was anything; false at the end.</returns>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_ended)
        {
            return false;
        }

        MakeRoom();
        int count;
        try
        {
            var reading = stream.ReadAsync(_bytes.AsMemory(_end), cancellationToken);

            // A read of standard input does not end by its token. It is left behind then, and the buffer with it.
            count = reading.IsCompleted
                ? await reading.ConfigureAwait(false)
                : await reading.AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            // Only a decompressing stream throws it.
            throw new UnreadableInputException($"broken gzip data behind unpacked byte {Offset + _end - _start}", e);
        }

        // A terminal would be asked again otherwise, and wait for another end.
        _ended = count == 0;
        _end += count;
        return !_ended;
    }

    /// <summary>Moves forward to a byte offset: by seeking where the stream can, else by reading.</summary>
    /// <exception cref="UnreadableInputException">The input ends before it.</exception>
    public async ValueTask SkipToAsync(long offset, CancellationToken cancellationToken)
    {
        if (stream.CanSeek && offset > Offset + Unread.Length)
        {
            var length = stream.Length - _origin;
            ThrowIfBehind(offset, length);
            stream.Position = _origin + offset;
            _start = _end = 0;
            _ended = false;
            Offset = offset;
        }

        while (Offset < offset)
        {
            if (Unread.IsEmpty && !await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                ThrowIfBehind(offset, Offset);
            }

            Advance((int)Math.Min(offset - Offset, Unread.Length));
        }
    }

    private static void ThrowIfBehind(long offset, long length)
    {
        if (offset > length)
        {
            throw new UnreadableInputException(
                $"cannot go on at byte {offset}: the input has {length}; is it still the same?");
        }
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }

        if (_bytes.Length - _end >= ChunkBytes / 2)
        {
            return;
        }

        // Doubling keeps the copies linear in the row's length, which RowSplitter bounds.
        var room = _end - _start > _bytes.Length / 2 ? new byte[_bytes.Length * 2] : _bytes;
        Unread.Span.CopyTo(room);
        _end -= _start;
        _start = 0;
        _bytes = room;
    }
}
