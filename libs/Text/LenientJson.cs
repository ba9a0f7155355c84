using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Moodstream.Text;

/// <summary>
/// Reads JSON strings that System.Text.Json refuses: with an escape that is a lone surrogate (<c>"\ud83d"</c>), or
/// with bytes that are not UTF-8. Each becomes U+FFFD; two escapes that make a pair are joined.
/// </summary>
public static class LenientJson
{
    /// <summary>The string the reader stands on.</summary>
    /// <param name="reader">On a string, a property name or a null; not moved.</param>
    /// <param name="replaced">How many lone surrogates and invalid sequences of bytes became U+FFFD.</param>
    /// <returns>The text; null for a JSON null.</returns>
    /// <exception cref="InvalidOperationException">The reader stands on something else.</exception>
    public static string? GetString(ref Utf8JsonReader reader, out int replaced)
    {
        replaced = 0;
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            throw new InvalidOperationException($"expected a string or null, found {reader.TokenType}");
        }

        return Unescape(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan, out replaced);
    }

    /// <summary>The string a JSON element is.</summary>
    /// <param name="element">A string or a null.</param>
    /// <param name="replaced">How many lone surrogates and invalid sequences of bytes became U+FFFD.</param>
    /// <returns>The text; null for a JSON null.</returns>
    /// <exception cref="InvalidOperationException">The element is something else.</exception>
    public static string? GetString(JsonElement element, out int replaced)
    {
        replaced = 0;
        return element.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => Unescape(JsonMarshal.GetRawUtf8Value(element)[1..^1], out replaced),
            _ => throw new InvalidOperationException($"expected a string or null, found {element.ValueKind}"),
        };
    }

    /// <param name="escaped">What stands between the quotes; the parser has seen that its escapes are whole.</param>
    /// <param name="replaced">How much became U+FFFD.</param>
    private static string Unescape(ReadOnlySpan<byte> escaped, out int replaced)
    {
        replaced = 0;
        if (!escaped.Contains((byte)'\\'))
        {
            return Utf8Text.Decode(escaped, out replaced);
        }

        if (!Utf8.IsValid(escaped))
        {
            escaped = Utf8Text.Sanitise(escaped.ToArray(), out replaced).Span;
        }

        var rented = ArrayPool<char>.Shared.Rent(escaped.Length);
        var length = 0;
        while (escaped.IndexOf((byte)'\\') is >= 0 and var plain)
        {
            length += Encoding.UTF8.GetChars(escaped[..plain], rented.AsSpan(length));
            rented[length++] = Escape(escaped[(plain + 1)..], out var escape);
            escaped = escaped[(plain + 1 + escape)..];
        }

        length += Encoding.UTF8.GetChars(escaped, rented.AsSpan(length));
        replaced += ReplaceLoneSurrogates(rented.AsSpan(0, length));
        var text = new string(rented, 0, length);
        ArrayPool<char>.Shared.Return(rented);
        return text;
    }

    private static char Escape(ReadOnlySpan<byte> escape, out int length)
    {
        length = escape[0] == 'u' ? 5 : 1;
        return (char)escape[0] switch
        {
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => (char)ushort.Parse(escape[1..5], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            var itself => itself,
        };
    }

    private static int ReplaceLoneSurrogates(Span<char> text)
    {
        var replaced = 0;
        for (var at = 0; text[at..].IndexOfAnyInRange('\ud800', '\udfff') is >= 0 and var skipped;)
        {
            at += skipped;
            if (at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]))
            {
                at += 2;
                continue;
            }

            text[at++] = '\ufffd';
            replaced++;
        }

        return replaced;
    }
}
