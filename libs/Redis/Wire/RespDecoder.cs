using System.Buffers;
using System.Buffers.Text;

namespace Moodstream.Redis.Wire;

/// <summary>
/// Reads answers of RESP2 from bytes as they come, in any pieces; what was read once is not looked at again, but for an
/// unfinished line or string. After an exception the connection is of no use.
/// </summary>
internal sealed class RespDecoder(RespLimits limits)
{
    private const int MaxNumberLine = 24; // kind, sign, 19 digits, line end

    private readonly Stack<OpenArray> _open = new();
    private long _bytes;
    private long _elements;

    /// <summary>Reads one answer.</summary>
    /// <param name="buffer">What has come; starts behind what was used up when this returns.</param>
    /// <returns>The answer; null when more bytes are needed.</returns>
    /// <exception cref="RespFormatException">What came is no answer, or breaks a limit.</exception>
    public RespValue? TryRead(ref ReadOnlySequence<byte> buffer)
    {
        while (TryReadElement(ref buffer, out var value))
        {
            // An array that has begun has no value yet; one that is full is the next value of the one around it.
            while (value is not null && _open.TryPeek(out var array))
            {
                array.Items.Add(value);
                value = array.IsFull ? RespValue.Array(_open.Pop().Items) : null;
            }

            if (value is not null)
            {
                _bytes = _elements = 0;
                return value;
            }
        }

        return null;
    }

    private bool TryReadElement(ref ReadOnlySequence<byte> buffer, out RespValue? value)
    {
        value = null;
        if (buffer.IsEmpty)
        {
            return false;
        }

        var kind = buffer.FirstSpan[0];
        if (!TryReadLine(buffer, kind, out var line, out var rest))
        {
            return false;
        }

        switch (kind)
        {
            case (byte)'+':
                value = RespValue.Text(RespKind.SimpleString, line.ToArray());
                break;
            case (byte)'-':
                value = RespValue.Text(RespKind.Error, line.ToArray());
                break;
            case (byte)':':
                value = RespValue.Number(ReadNumber(line));
                break;
            case (byte)'$':
                if (!TryReadBulk(ReadNumber(line), ref rest, out value))
                {
                    return false;
                }

                break;
            default:
                value = BeginArray(ReadNumber(line));
                break;
        }

        _bytes += buffer.Length - rest.Length;
        if (_bytes > limits.MaxReplyBytes)
        {
            throw TooLarge();
        }

        buffer = rest;
        return true;
    }

    private bool TryReadLine(
        ReadOnlySequence<byte> buffer, byte kind, out ReadOnlySequence<byte> line, out ReadOnlySequence<byte> rest)
    {
        var longest = kind switch
        {
            (byte)'+' or (byte)'-' => limits.MaxLineBytes,
            (byte)':' or (byte)'$' or (byte)'*' => MaxNumberLine,
            _ => throw new RespFormatException($"expected one of + - : $ *, came byte 0x{kind:x2}"),
        };
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadTo(out line, (byte)'\n'))
        {
            rest = buffer;
            return buffer.Length <= longest ? false : throw LongLine(longest);
        }

        if (line.Length > longest)
        {
            throw LongLine(longest);
        }

        if (line.Length < 2 || line.Slice(line.Length - 1).FirstSpan[0] != '\r')
        {
            throw new RespFormatException("expected a line that ends with CR LF, came one without CR");
        }

        line = line.Slice(1, line.Length - 2);
        rest = reader.UnreadSequence;
        return true;
    }

    private static long ReadNumber(ReadOnlySequence<byte> line)
    {
        Span<byte> digits = stackalloc byte[MaxNumberLine];
        line.CopyTo(digits);
        digits = digits[..(int)line.Length];
        return Utf8Parser.TryParse(digits, out long value, out var used) && used == digits.Length
            ? value
            : throw new RespFormatException("expected a whole number");
    }

    private bool TryReadBulk(long length, ref ReadOnlySequence<byte> rest, out RespValue? value)
    {
        value = null;
        if (length == -1)
        {
            value = RespValue.Null;
            return true;
        }

        if (length < 0)
        {
            throw new RespFormatException($"expected a length of -1 or more, came {length}");
        }

        if (length > limits.MaxReplyBytes - _bytes)
        {
            throw TooLarge();
        }

        if (rest.Length < length + 2)
        {
            return false;
        }

        var end = rest.Slice(length, 2);
        if (end.FirstSpan[0] != '\r' || end.Slice(1).FirstSpan[0] != '\n')
        {
            throw new RespFormatException($"expected CR LF behind {length} bytes");
        }

        value = RespValue.Text(RespKind.BulkString, rest.Slice(0, length).ToArray());
        rest = rest.Slice(length + 2);
        return true;
    }

    private RespValue? BeginArray(long count)
    {
        if (count is -1 or 0)
        {
            return count == 0 ? RespValue.Array([]) : RespValue.Null;
        }

        if (count < 0)
        {
            throw new RespFormatException($"expected a count of -1 or more, came {count}");
        }

        if (count > limits.MaxElements - _elements || _open.Count == limits.MaxDepth)
        {
            throw TooLarge();
        }

        _elements += count;
        _open.Push(new OpenArray(count));
        return null;
    }

    private RespFormatException TooLarge() => new(
        $"expected at most {limits.MaxReplyBytes} bytes, {limits.MaxElements} elements, {limits.MaxDepth} levels; more came");

    private static RespFormatException LongLine(int longest) =>
        new($"expected a line of at most {longest} bytes, came a longer one");

    // Grows with what really comes: a count is only an announcement.
    private sealed class OpenArray(long count)
    {
        public List<RespValue> Items { get; } = [];

        public bool IsFull => Items.Count == count;
    }
}
