using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Moodstream.Sidecar.Tests.Replays;

/// <summary>Volatile values out of the way, as the recordings' README says; what is left is compared to the letter.</summary>
internal sealed partial class Masks(IReadOnlyDictionary<int, string> ports)
{
    private static readonly string[] Incomparable = ["content-length", "date", "user-agent", "transfer-encoding", "connection"];

    private readonly Dictionary<string, string> _actualOf = [];
    private readonly Dictionary<string, string> _recordedOf = [];

    /// <summary>A text without ids, times and ports.</summary>
    public string Mask(string text)
    {
        text = Numbered().Replace(text, "<$1>");
        text = Trace().Replace(text, "<traceparent>");
        text = Uuid().Replace(text, "<uuid>");
        text = StreamId().Replace(text, "<stream-id>");
        text = Time().Replace(text, "<time>");
        text = Script().Replace(text, "<script>");
        return Port().Replace(text, m => ports.TryGetValue(int.Parse(m.Value, null), out var role) ? role : m.Value);
    }

    /// <summary>A call in one text: entries of a bulk in an order of their own, headers sorted.</summary>
    public string Mask(string firstLine, IEnumerable<(string Name, string Value)> headers, byte[] body) => string.Join('\n',
        [Mask(firstLine), .. headers.Where(h => !Incomparable.Contains(h.Name.ToLowerInvariant())).Select(h => Mask($"{h.Name}: {h.Value}")).Order(StringComparer.Ordinal), Mask(Sorted(body))]);

    /// <summary>The body as text, the entries of a bulk sorted by what they say.</summary>
    public string Sorted(byte[] body)
    {
        var text = new UTF8Encoding(false, false).GetString(body);
        if (text.Contains('\ufffd', StringComparison.Ordinal))
        {
            return Convert.ToBase64String(body);
        }

        if (!text.StartsWith("{\"entries\":[", StringComparison.Ordinal))
        {
            return text;
        }

        using var json = JsonDocument.Parse(text);
        var entries = json.RootElement.GetProperty("entries").EnumerateArray().Select(e => e.GetRawText()).ToList();
        var end = text.LastIndexOf("],\"id\":", StringComparison.Ordinal);
        return "{\"entries\":[" + string.Join(',', entries.OrderBy(Mask, StringComparer.Ordinal)) + text[end..];
    }

    /// <summary>Notes which of our ids stands where the recording has which; the same must stand there wherever it comes again.</summary>
    public void Unify(string recorded, string actual)
    {
        foreach (var (r, a) in NamedUuid().Matches(recorded).Select(m => m.Value).Zip(Uuid().Matches(actual).Select(m => m.Value)))
        {
            Assert.Equal(r, _recordedOf.GetValueOrDefault(a, r));
            Assert.Equal(a, _actualOf.GetValueOrDefault(r, a));
            (_actualOf[r], _recordedOf[a]) = (a, r);
        }
    }

    /// <summary>A recorded text with our ids in place of its names.</summary>
    public string Actual(string recorded) => NamedUuid().Replace(recorded, m => _actualOf.GetValueOrDefault(m.Value, m.Value));

    [GeneratedRegex(@"<(uuid|stream-id|traceparent)-\d+>")]
    private static partial Regex Numbered();

    [GeneratedRegex(@"<uuid-\d+>")]
    private static partial Regex NamedUuid();

    [GeneratedRegex(@"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")]
    private static partial Regex Trace();

    [GeneratedRegex(@"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uuid();

    [GeneratedRegex(@"\b\d{13}-\d+\b")]
    private static partial Regex StreamId();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")]
    private static partial Regex Time();

    [GeneratedRegex(@"script: [0-9a-f]{40}")]
    private static partial Regex Script();

    [GeneratedRegex(@"(?<![\d.-])\d{4,5}(?![\d.-])")]
    private static partial Regex Port();
}
