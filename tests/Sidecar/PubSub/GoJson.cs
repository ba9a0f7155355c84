using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Moodstream.Tests.Sidecar.PubSub;

/// <summary>JSON as Go writes it, which is what goes over daprd's wires: sorted keys, &lt; &gt; &amp; escaped, nothing else that need not be.</summary>
internal static class GoJson
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        ['"', '\\', '<', '>', '&', '\u2028', '\u2029', '\ufffd', .. Enumerable.Range(0, ' ').Select(c => (char)c)]);

    /// <summary>Bytes that a text as it came may have and may not keep: an escape, what is to be one, how U+2028, U+2029 and U+FFFD begin.</summary>
    private static readonly SearchValues<byte> Doubtful = SearchValues.Create("\\<>&"u8.ToArray().Concat([(byte)0xE2, (byte)0xEF]).ToArray());

    private const int MaxDepth = 64;

    // What is written before its length is known is written here first: an event has a score of such pieces.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_pieces;

    private static readonly Comparer<JsonProperty> ByName = Comparer<JsonProperty>.Create(
        (a, b) => JsonMarshal.GetRawUtf8PropertyName(a).SequenceCompareTo(JsonMarshal.GetRawUtf8PropertyName(b)));

    /// <param name="output">Where to.</param>
    /// <param name="value">What.</param>
    /// <param name="doubles">Numbers go through a double, which damages large ones; else they stay as they came.</param>
    /// <param name="wire">Sorted and escaped; else as in the state store.</param>
    public static void Write(ArrayBufferWriter<byte> output, JsonElement value, bool doubles = false, bool wire = true)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var open = "{"u8;
                foreach (var member in MembersOf(value, wire))
                {
                    output.Write(open);
                    Name(output, member, wire);
                    Write(output, member.Value, doubles, wire);
                    open = ","u8;
                }

                output.Write(open[0] == '{' ? "{}"u8 : "}"u8);
                break;
            case JsonValueKind.Array:
                Separated(output, '[', ']', value.EnumerateArray(), item => Write(output, item, doubles, wire));
                break;
            case JsonValueKind.String when IsPlain(raw): output.Write(raw); break;
            case JsonValueKind.String: Text(output, value.GetString()!, wire); break;
            case JsonValueKind.Number when doubles && !IsShort(raw): Plain(output, Double(value.GetDouble())); break;
            default: output.Write(raw); break;
        }
    }

    /// <summary>Of a name given twice the last counts, as in a map.</summary>
    private static List<JsonProperty> MembersOf(JsonElement value, bool sorted)
    {
        List<JsonProperty> members = [.. value.EnumerateObject()];
        if (sorted && IsAscending(members))
        {
            return members;
        }

        if (sorted && members.Order(ByName).ToList() is var ordered && IsAscending(ordered))
        {
            return ordered;
        }

        Dictionary<string, JsonProperty> map = [];
        foreach (var member in members)
        {
            map[member.Name] = member;
        }

        return sorted ? [.. map.Values.OrderBy(m => m.Name, StringComparer.Ordinal)] : [.. map.Values];
    }

    /// <summary>Whether every name is above the one before it, as it stands there.</summary>
    private static bool IsAscending(List<JsonProperty> members)
    {
        ReadOnlySpan<byte> last = [];
        foreach (var member in members)
        {
            var name = JsonMarshal.GetRawUtf8PropertyName(member);
            if (name.SequenceCompareTo(last) <= 0 || name.Contains((byte)'\\'))
            {
                return false;
            }

            last = name;
        }

        return true;
    }

    private static void Name(ArrayBufferWriter<byte> output, JsonProperty member, bool wire)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(member);
        if (IsPlain(raw))
        {
            output.Write("\""u8);
            output.Write(raw);
            output.Write("\":"u8);
            return;
        }

        Text(output, member.Name, wire);
        output.Write(":"u8);
    }

    private static bool IsPlain(ReadOnlySpan<byte> text) => text.IndexOfAny(Doubtful) < 0 && Utf8.IsValid(text);

    public static byte[] Bytes(JsonElement value, bool doubles = false, bool wire = true)
    {
        var output = Pieces();
        Write(output, value, doubles, wire);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The text of a member; null where there is none or it is no text.</summary>
    public static string? TextAt(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A text in JSON, to be put into more of it.</summary>
    public static string Quote(string text) => Encoding.UTF8.GetString(Text(text));

    public static byte[] Text(string text)
    {
        var output = Pieces();
        Text(output, text, true);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>An object of members already in JSON, in the order given.</summary>
    public static byte[] Object(IEnumerable<KeyValuePair<string, byte[]>> members)
    {
        List<KeyValuePair<string, byte[]>> all = [.. members]; // Written to the same place, some of them.
        var output = Pieces();
        Separated(output, '{', '}', all, m =>
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

    /// <inheritdoc cref="Members(JsonElement, bool)" />
    public static SortedDictionary<string, byte[]> Members(ReadOnlyMemory<byte> json)
    {
        using var document = Parse(json);
        return Members(document.RootElement, doubles: false);
    }

    /// <summary>The members of an object, each through <see cref="Write" />; throws <see cref="GoJsonException" /> for anything else.</summary>
    public static SortedDictionary<string, byte[]> Members(JsonElement json, bool doubles)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new GoJsonException($"json: cannot unmarshal {Kind(json)} into Go value of type map[string]interface {{}}");
        }

        var members = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            members[member.Name] = Bytes(member.Value, doubles);
        }

        return members;
    }

    /// <summary>Whether JSON stands there as <see cref="Write" /> would write it with doubles, so that its bytes do; throws where it is none.</summary>
    public static bool IsWritten(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        Span<(int Start, int Length)> names = stackalloc (int, int)[MaxDepth + 1]; // The last of each object that is open.
        var next = 0; // Where a value stands when no white space is before it.
        var isEmpty = false; // What has just been opened.
        while (reader.Read())
        {
            var start = (int)reader.TokenStartIndex;
            var value = reader.ValueSpan;
            var closes = reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
            var good = start == (closes && !isEmpty ? next - 1 : next);
            isEmpty = false;
            next = (int)reader.BytesConsumed;
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    names[reader.CurrentDepth + 1] = default;
                    isEmpty = true;
                    break;
                case JsonTokenType.StartArray:
                    isEmpty = true;
                    break;
                case JsonTokenType.PropertyName:
                    ref var name = ref names[reader.CurrentDepth];
                    good &= next == start + value.Length + 3 && IsPlain(value) && value.SequenceCompareTo(json.Slice(name.Start, name.Length)) > 0;
                    name = (start + 1, value.Length);
                    break;
                case JsonTokenType.String:
                    good &= IsPlain(value);
                    next++;
                    break;
                case JsonTokenType.Number:
                    good &= IsShort(value);
                    next++;
                    break;
                default:
                    next++;
                    break;
            }

            if (!good)
            {
                return false;
            }
        }

        return next - 1 == json.Length;
    }

    /// <summary>Whether a number is its own shortest form as a double: up to 15 digits are.</summary>
    private static bool IsShort(ReadOnlySpan<byte> number) => !number.Contains((byte)'.')
        ? number.Length <= 15 && number.IndexOfAny("eE"u8) < 0
        : number.Length <= 16 && number.IndexOfAny("eE"u8) < 0 && number[^1] != '0' && !number.TrimStart((byte)'-').StartsWith("0.0000"u8);

    /// <summary>Parses, or says what is wrong, in Go's words as far as the recordings show them.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException problem)
        {
            throw new GoJsonException(json.IsEmpty ? "EOF"
                : json.Span.SequenceEqual("nope"u8) ? "invalid character 'o' in literal null (expecting 'u')" : problem.Message);
        }
    }

    public static string Kind(JsonElement json) => json.ValueKind.ToString().ToLowerInvariant();

    /// <summary>Shortest digits that read back, without an exponent for large ones.</summary>
    private static string Double(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains("E+", StringComparison.Ordinal) && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var plain)
            ? plain.ToString(CultureInfo.InvariantCulture) : text;
    }

    private static void Text(ArrayBufferWriter<byte> output, string text, bool escapeHtml)
    {
        output.Write("\""u8);
        var rest = text.AsSpan();
        for (var at = rest.IndexOfAny(Escaped); at >= 0; at = rest.IndexOfAny(Escaped))
        {
            var c = rest[at];
            Plain(output, rest[..at]);
            Plain(output, c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '<' or '>' or '&' when !escapeHtml => rest.Slice(at, 1),
                _ => $"\\u{(int)c:x4}",
            });
            rest = rest[(at + 1)..];
        }

        Plain(output, rest);
        output.Write("\""u8);
    }

    private static ArrayBufferWriter<byte> Pieces()
    {
        var output = t_pieces ??= new(4096);
        output.ResetWrittenCount();
        return output;
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
