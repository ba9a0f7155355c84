using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Moodstream.Ingestor.Rows;

/// <summary>
/// Reads JSON strings that System.Text.Json refuses: an escaped surrogate without its other half becomes U+FFFD, in
/// values and in member names.
/// </summary>
internal static class JsonText
{
    /// <summary>The value of a string element.</summary>
    public static string Read(JsonElement element) => Unquote(JsonMarshal.GetRawUtf8Value(element)[1..^1]);

    /// <summary>The value of a string element; null for any other.</summary>
    public static string? ReadOrNull(JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? Read(element) : null;

    /// <summary>Finds an object's member; the last one of that name, as most readers of JSON do.</summary>
    /// <returns>The member; undefined when there is none, or when <paramref name="element"/> is no object.</returns>
    public static JsonElement Member(JsonElement element, string name)
    {
        JsonElement found = default;
        if (element.ValueKind == JsonValueKind.Object)
        {
            var utf8Name = Encoding.UTF8.GetBytes(name);
            foreach (var member in element.EnumerateObject())
            {
                var token = JsonMarshal.GetRawUtf8PropertyName(member);
                if (token.Contains((byte)'\\') ? Unquote(token) == name : token.SequenceEqual(utf8Name))
                {
                    found = member.Value;
                }
            }
        }

        return found;
    }

    /// <summary>The names of an object's members, for a message; at most ten.</summary>
    public static string Names(JsonElement element)
    {
        const int Most = 10;
        var names = element.EnumerateObject().Take(Most + 1)
            .Select((m, i) => i < Most ? Unquote(JsonMarshal.GetRawUtf8PropertyName(m)) : "…");
        return string.Join(", ", names);
    }

    /// <summary>What an element is, as a message says it.</summary>
    public static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Undefined => "nothing",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        _ => element.GetRawText(),
    };

    // The token's syntax was checked when the document was parsed.
    private static string Unquote(ReadOnlySpan<byte> token)
    {
        if (!token.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetString(token);
        }

        var buffer = ArrayPool<char>.Shared.Rent(token.Length);
        var length = 0;
        while (!token.IsEmpty)
        {
            var plain = token.IndexOf((byte)'\\');
            plain = plain < 0 ? token.Length : plain;
            length += Encoding.UTF8.GetChars(token[..plain], buffer.AsSpan(length));
            token = token[plain..];
            if (!token.IsEmpty)
            {
                buffer[length++] = Unescape(token, out var consumed);
                token = token[consumed..];
            }
        }

        ReplaceLoneSurrogates(buffer.AsSpan(0, length));
        var text = new string(buffer, 0, length);
        ArrayPool<char>.Shared.Return(buffer);
        return text;
    }

    private static char Unescape(ReadOnlySpan<byte> escape, out int consumed)
    {
        consumed = escape[1] == 'u' ? 6 : 2;
        return escape[1] switch
        {
            (byte)'u' => (char)ushort.Parse(escape[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            var other => (char)other,
        };
    }

    private static void ReplaceLoneSurrogates(Span<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                text[i] = '\uFFFD';
            }
        }
    }
}
