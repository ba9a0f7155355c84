using System.Buffers;
using System.Text;

namespace Moodstream.Rpc.Wire;

/// <summary>The value of <c>grpc-message</c>: UTF-8, percent-encoded (PROTOCOL-HTTP2.md, Status-Message).</summary>
internal static class StatusMessage
{
    /// <summary>
    /// Where a message is cut: clients take 8 KiB of trailers for granted, and a longer text would cost them the
    /// status itself.
    /// </summary>
    public const int MostEncodedBytes = 4096;

    private const byte Escape = (byte)'%';
    private const int EscapeBytes = 3;
    private const string HexDigits = "0123456789ABCDEF";

    private static readonly SearchValues<char> Literals =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Where(c => c != '%')]);

    /// <summary>Encodes a message, as much as goes into <see cref="MostEncodedBytes"/>.</summary>
    public static string Encode(string message)
    {
        // A character is at least a byte, so that what lies beyond would be cut anyway.
        var text = message.AsSpan(0, Math.Min(message.Length, MostEncodedBytes));
        return text.ContainsAnyExcept(Literals) ? Escaped(text)
            : text.Length == message.Length ? message : text.ToString();
    }

    /// <summary>Decodes a message; what is no valid escape stays as it is, what is no UTF-8 becomes U+FFFD.</summary>
    public static string Decode(string encoded)
    {
        if (!encoded.Contains('%'))
        {
            return encoded;
        }

        var bytes = Encoding.UTF8.GetBytes(encoded);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == Escape && i + 2 < bytes.Length
                && Convert.FromHexString(bytes.AsSpan(i + 1, 2), bytes.AsSpan(length, 1), out _, out _)
                    is OperationStatus.Done)
            {
                i += 2;
            }
            else
            {
                bytes[length] = bytes[i];
            }

            length++;
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static string Escaped(ReadOnlySpan<char> text)
    {
        var encoded = new StringBuilder(text.Length + 32);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var bytes = utf8[..rune.EncodeToUtf8(utf8)];
            var literal = rune.IsAscii && Literals.Contains((char)rune.Value);
            if (encoded.Length + (literal ? 1 : bytes.Length * EscapeBytes) > MostEncodedBytes)
            {
                break;
            }

            if (literal)
            {
                encoded.Append((char)rune.Value);
                continue;
            }

            foreach (var b in bytes)
            {
                encoded.Append('%').Append(HexDigits[b >> 4]).Append(HexDigits[b & 0xF]);
            }
        }

        return encoded.ToString();
    }
}
