using Moodstream.Text.Tests.Unicode;
using Moodstream.Text.Unicode;

namespace Moodstream.Text.Tests.Reference;

/// <summary>
/// BertTokenizerFast again, slow and plain: strings, a dictionary, forms and classes of single code points read from
/// tests/data. Only the combining classes come from the library's table.
/// </summary>
internal sealed class NaiveTokenizer
{
    private static readonly string[] Special = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"];

    private readonly Dictionary<int, string> _forms = UnicodeData.Ranges("bert-normalizer.tsv");
    private readonly Dictionary<int, string> _preTokens = UnicodeData.Ranges("bert-pretokenizer.tsv");
    private readonly Dictionary<string, int> _pieces;

    public NaiveTokenizer(string vocabulary)
    {
        _pieces = File.ReadLines(vocabulary).Select((piece, id) => (piece, id)).ToDictionary(p => p.piece, p => p.id);
    }

    public (int[] Ids, bool Truncated) Encode(string text, int maxTokens)
    {
        var ids = new List<int>();
        var stretch = new List<int>();
        var points = NaiveText.Points(text);
        for (var at = 0; at < points.Count; at++)
        {
            var token = Special.FirstOrDefault(s => NaiveText.Text(points.Skip(at).Take(s.Length)) == s);
            if (token is null)
            {
                stretch.Add(points[at]);
                continue;
            }

            ids.AddRange(EncodeStretch(stretch));
            ids.Add(_pieces[token]);
            stretch.Clear();
            at += token.Length - 1;
        }

        ids.AddRange(EncodeStretch(stretch));
        var kept = ids.Take(maxTokens - 2);
        return ([_pieces["[CLS]"], .. kept, _pieces["[SEP]"]], ids.Count > maxTokens - 2);
    }

    private IEnumerable<int> EncodeStretch(List<int> points)
    {
        var words = new List<List<int>> { new() };
        foreach (var point in Normalise(points))
        {
            var preToken = _preTokens.GetValueOrDefault(point);
            if (preToken is null)
            {
                words[^1].Add(point);
                continue;
            }

            words.Add(preToken == "alone" ? [point] : []);
            words.Add([]);
        }

        return words.Where(word => word.Count > 0).SelectMany(EncodeWord);
    }

    private List<int> EncodeWord(List<int> word)
    {
        var ids = new List<int>();
        for (var at = 0; at < word.Count;)
        {
            var prefix = at > 0 ? "##" : "";
            var length = Enumerable.Range(0, word.Count - at).Select(shorter => word.Count - at - shorter)
                .FirstOrDefault(n => _pieces.ContainsKey(prefix + NaiveText.Text(word.GetRange(at, n))));
            if (length == 0 || word.Count > 100)
            {
                return [_pieces["[UNK]"]];
            }

            ids.Add(_pieces[prefix + NaiveText.Text(word.GetRange(at, length))]);
            at += length;
        }

        return ids;
    }

    /// <summary>All code points take part in the ordering; accents go afterwards.</summary>
    private List<int> Normalise(List<int> points)
    {
        var all = new List<int>();
        var accents = new HashSet<int>();
        foreach (var point in points)
        {
            var form = _forms.GetValueOrDefault(point);
            ref readonly var record = ref CodePoints.Of(point);
            if (form == "removed" && record.BertCombiningClass == 0 && record.BertAction == CodePointFlags.BertRemoves)
            {
                continue;
            }

            if (form == "removed")
            {
                accents.Add(point);
            }

            all.AddRange(form switch
            {
                null or "removed" => [point],
                "space" => [' '],
                "spaced" => [' ', point, ' '],
                _ => NaiveText.Points(UnicodeData.Text(form["to ".Length..])),
            });
        }

        NaiveNfkc.Order(all, p => CodePoints.Of(p).BertCombiningClass);
        return [.. all.Where(point => !accents.Contains(point))];
    }
}
