using Moodstream.Text.Tests.Unicode;

namespace Moodstream.Text.Tests.Reference;

/// <summary>
/// training/normalise.py again, step by step, slow and plain: lists of code points, no shortcuts, classes and NFKC
/// forms read from tests/data. Only combining classes and canonical pairs come from the library's table.
/// </summary>
internal sealed class NaiveNormaliser
{
    private const string HexDigits = "0123456789abcdefABCDEF";

    private static readonly Dictionary<string, string> Named = new()
    {
        ["amp"] = "&", ["lt"] = "<", ["gt"] = ">", ["quot"] = "\"", ["apos"] = "'", ["nbsp"] = "\u00a0",
    };

    private readonly Dictionary<int, string> _classes = UnicodeData.Ranges("python-classes.tsv");
    private readonly Dictionary<string, string> _emoji;
    private readonly int _longestEmoji;

    public NaiveNormaliser(string emojiTable)
    {
        _emoji = File.ReadLines(emojiTable).Select(line => line.Split('\t'))
            .ToDictionary(cells => UnicodeData.Text(cells[0]), cells => cells[1]);
        _longestEmoji = _emoji.Keys.Max(key => key.EnumerateRunes().Count());
    }

    public string Normalise(string text)
    {
        var points = NaiveText.Points(text);
        points = ReplaceEach(points, ReferenceAt);
        points = NaiveNfkc.Normalise(points);
        points = ReplaceEach(points, LinkAt);
        points = ReplaceEach(points, MentionAt);
        points.RemoveAll(p => p is 0xFE0E or 0xFE0F or 0x1F3FB or 0x1F3FC or 0x1F3FD or 0x1F3FE or 0x1F3FF);
        points = ReplaceEach(points, EmojiAt);
        return JoinWords(points);
    }

    /// <summary>re.sub: at each place a length and a replacement, or a length of 0.</summary>
    private static List<int> ReplaceEach(List<int> points, Func<List<int>, int, (int Length, string Replacement)> match)
    {
        var result = new List<int>();
        for (var at = 0; at < points.Count;)
        {
            var (length, replacement) = match(points, at);
            result.AddRange(length == 0 ? [points[at]] : NaiveText.Points(replacement));
            at += Math.Max(length, 1);
        }

        return result;
    }

    private static (int Length, string Replacement) ReferenceAt(List<int> points, int at)
    {
        var end = points.IndexOf(';', at);
        if (points[at] != '&' || end < 0)
        {
            return default;
        }

        var inner = NaiveText.Text(points[(at + 1)..end]);
        if (Named.TryGetValue(inner, out var character))
        {
            return (inner.Length + 2, character);
        }

        var value = 0L;
        if (inner.Length is >= 2 and <= 8 && inner[0] == '#' && inner[1..].All(char.IsAsciiDigit))
        {
            value = Convert.ToInt64(inner[1..], 10);
        }
        else if (inner.Length is >= 3 and <= 8 && inner[..2] is "#x" or "#X" && inner[2..].All(HexDigits.Contains))
        {
            value = Convert.ToInt64(inner[2..], 16);
        }

        var valid = value is > 0 and < 0x110000 and not (>= 0xD800 and < 0xE000);
        return valid ? (inner.Length + 2, char.ConvertFromUtf32((int)value)) : default;
    }

    private (int Length, string Replacement) LinkAt(List<int> points, int at)
    {
        var word = points.Skip(at).TakeWhile(p => !IsSpace(p)).ToList();
        var text = new string([.. word.Take(8).Select(p => p < 128 ? char.ToLowerInvariant((char)p) : '\ufffd')]);
        var afterName = at > 0 && (points[at - 1] == '.' || IsWord(points[at - 1]));
        var prefix = text.StartsWith("http://", StringComparison.Ordinal) ? 7
            : text.StartsWith("https://", StringComparison.Ordinal) ? 8
            : text.StartsWith("www.", StringComparison.Ordinal) && !afterName ? 4
            : int.MaxValue;
        return word.Count > prefix ? (word.Count, "http") : default;
    }

    private static (int Length, string Replacement) MentionAt(List<int> points, int at)
    {
        var name = points.Skip(at + 1).TakeWhile(IsName).Count();
        var starts = points[at] == '@' && (at == 0 || !IsName(points[at - 1]));
        return starts && name > 0 ? (name + 1, "@user") : default;
    }

    private (int Length, string Replacement) EmojiAt(List<int> points, int at)
    {
        for (var length = Math.Min(_longestEmoji, points.Count - at); length > 0; length--)
        {
            if (_emoji.TryGetValue(NaiveText.Text(points.GetRange(at, length)), out var name))
            {
                return (length, $" {name} ");
            }
        }

        return default;
    }

    private string JoinWords(List<int> points)
    {
        var words = new List<string>();
        for (var at = 0; at < points.Count; at++)
        {
            var word = points.Skip(at).TakeWhile(p => !IsSpace(p)).ToList();
            if (word.Count > 0)
            {
                words.Add(NaiveText.Text(word));
                at += word.Count;
            }
        }

        return string.Join(' ', words);
    }

    private static bool IsName(int point) => point == '_' || (point < 128 && char.IsAsciiLetterOrDigit((char)point));

    private bool IsSpace(int point) => _classes.TryGetValue(point, out var flags) && flags[0] == 's';

    private bool IsWord(int point) => _classes.TryGetValue(point, out var flags) && flags[2] == 'w';
}
