using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Moodstream.Tests.Sidecar.PubSub;

/// <summary>JSON as Go writes it, which is what goes over daprd's wires: sorted keys, &lt; &gt; &amp; escaped, nothing else that need not be.</summary>
internal static class GoJson
{
    /// <summary>How numbers are written: as they came, or through a double, which damages large ones.</summary>
    public enum Numbers
    {
        AsWritten,
        Doubles,
    }

    public static void Write(ArrayBufferWriter<byte> output, JsonElement value, Numbers numbers, bool sorted = true, bool escapeHtml = true)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                // Of a name given twice the last counts, as in a map.
                var members = value.EnumerateObject().GroupBy(p => p.Name).Select(g => g.Last());
                Separated(output, '{', '}', sorted ? members.OrderBy(p => p.Name, StringComparer.Ordinal) : members, p =>
                {
                    Text(output, p.Name, escapeHtml);
                    output.Write(":"u8);
                    Write(output, p.Value, numbers, sorted, escapeHtml);
                });
                break;
            case JsonValueKind.Array:
                Separated(output, '[', ']', value.EnumerateArray(), item => Write(output, item, numbers, sorted, escapeHtml));
                break;
            case JsonValueKind.String: Text(output, value.GetString()!, escapeHtml); break;
            case JsonValueKind.Number when numbers == Numbers.Doubles: Plain(output, Double(value.GetDouble())); break;
            default: Plain(output, value.GetRawText()); break;
        }
    }

    public static byte[] Bytes(JsonElement value, Numbers numbers, bool sorted = true, bool escapeHtml = true)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(output, value, numbers, sorted, escapeHtml);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Text(string text, bool escapeHtml = true)
    {
        var output = new ArrayBufferWriter<byte>(text.Length + 2);
        Text(output, text, escapeHtml);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>An object of members already in JSON, in the order given.</summary>
    public static byte[] Object(IEnumerable<KeyValuePair<string, byte[]>> members)
    {
        var output = new ArrayBufferWriter<byte>();
        Separated(output, '{', '}', members, m =>
        {
            Text(output, m.Key, true);
            output.Write(":"u8);
            output.Write(m.Value);
        });
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A map of texts, sorted.</summary>
    public static byte[] Map(IReadOnlyDictionary<string, string> map) => Object(map
        .OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Text(p.Value))));

    /// <summary>The members of an object in JSON, each through <see cref="Write" />; throws <see cref="GoJsonException" /> for anything else.</summary>
    public static SortedDictionary<string, byte[]> Members(ReadOnlyMemory<byte> json, Numbers numbers)
    {
        using var document = Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new GoJsonException($"json: cannot unmarshal {Kind(document.RootElement)} into Go value of type map[string]interface {{}}");
        }

        var members = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var member in document.RootElement.EnumerateObject())
        {
            members[member.Name] = Bytes(member.Value, numbers);
        }

        return members;
    }

    /// <summary>Parses, or says what is wrong in Go's words (as far as the recordings show them).</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException problem)
        {
            throw new GoJsonException(Problem(json.Span, problem));
        }
    }

    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.Null => "null",
        _ => "bool",
    };

    private static string Problem(ReadOnlySpan<byte> json, JsonException problem)
    {
        var text = Encoding.UTF8.GetString(json).TrimStart();
        if (text.Length == 0)
        {
            return "EOF";
        }

        foreach (var literal in new[] { "null", "true", "false" })
        {
            if (text[0] == literal[0])
            {
                var wrong = Enumerable.Range(1, literal.Length - 1).FirstOrDefault(i => i >= text.Length || text[i] != literal[i]);
                return wrong > 0 && wrong < text.Length
                    ? $"invalid character '{text[wrong]}' in literal {literal} (expecting '{literal[wrong]}')"
                    : "unexpected end of JSON input";
            }
        }

        return "{[\"-0123456789".Contains(text[0], StringComparison.Ordinal)
            ? problem.Message : $"invalid character '{text[0]}' looking for beginning of value";
    }

    /// <summary>Shortest digits that read back; an exponent only below 1e-6 and from 1e21.</summary>
    private static string Double(double value)
    {
        var size = Math.Abs(value);
        var shortest = value.ToString("E16", CultureInfo.InvariantCulture);
        var round = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = size == 0 ? 0 : int.Parse(shortest.AsSpan(shortest.IndexOf('E') + 1), CultureInfo.InvariantCulture);
        var mantissa = round.Split('E')[0].TrimStart('-').Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        if (mantissa.Length == 0)
        {
            return "0";
        }

        var sign = value < 0 ? "-" : "";
        if (size is < 1e-6 or >= 1e21)
        {
            var point = mantissa.Length > 1 ? "." : "";
            return $"{sign}{mantissa[0]}{point}{mantissa[1..]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent)}";
        }

        return exponent < 0 ? $"{sign}0.{new string('0', -exponent - 1)}{mantissa}"
            : mantissa.Length <= exponent + 1 ? sign + mantissa.PadRight(exponent + 1, '0')
            : $"{sign}{mantissa[..(exponent + 1)]}.{mantissa[(exponent + 1)..]}";
    }

    private static void Text(ArrayBufferWriter<byte> output, string text, bool escapeHtml)
    {
        output.Write("\""u8);
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var escape = c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\b' => "\\b",
                '\f' => "\\f",
                '<' or '>' or '&' when escapeHtml => $"\\u00{(int)c:x2}",
                '\u2028' or '\u2029' or '\ufffd' => $"\\u{(int)c:x4}",
                < ' ' => $"\\u00{(int)c:x2}",
                _ => null,
            };
            if (escape is not null)
            {
                Plain(output, text.AsSpan(start, i - start));
                Plain(output, escape);
                start = i + 1;
            }
        }

        Plain(output, text.AsSpan(start));
        output.Write("\""u8);
    }

    private static void Plain(ArrayBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        var span = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        output.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    private static void Separated<T>(ArrayBufferWriter<byte> output, char open, char close, IEnumerable<T> items, Action<T> write)
    {
        Plain(output, [open]);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
            {
                output.Write(","u8);
            }

            first = false;
            write(item);
        }

        Plain(output, [close]);
    }
}

/// <summary>JSON that is none, or not of the kind wanted, in Go's words.</summary>
internal sealed class GoJsonException(string message) : Exception(message);
