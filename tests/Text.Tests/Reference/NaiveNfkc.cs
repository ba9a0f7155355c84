using Moodstream.Text.Tests.Unicode;
using Moodstream.Text.Unicode;

namespace Moodstream.Text.Tests.Reference;

/// <summary>NFKC by its definitions in Unicode 14.0, section 3.11: swap until ordered, compose one by one.</summary>
internal static class NaiveNfkc
{
    private static readonly Dictionary<int, string> Forms = UnicodeData.Nfkc();

    private static readonly Dictionary<int, (int First, int Second)> Syllables = Enumerable.Range(0xAC00, 11172)
        .ToDictionary(s => s, s => (s - 0xAC00) % 28 is var t && t > 0
            ? (s - t, 0x11A7 + t)
            : (0x1100 + ((s - 0xAC00) / 588), 0x1161 + ((s - 0xAC00) / 28 % 21)));

    private static readonly Dictionary<(int, int), int> SyllableOf = Syllables.ToDictionary(s => s.Value, s => s.Key);

    public static List<int> Normalise(List<int> points)
    {
        var forms = points.SelectMany(p => Forms.TryGetValue(p, out var form) ? NaiveText.Points(form) : [p]);
        List<int> decomposed = [.. forms.SelectMany(Decompose)];
        Order(decomposed, p => CodePoints.Of(p).CombiningClass);
        Compose(decomposed);
        return decomposed;
    }

    /// <summary>Swaps neighbours that are in the wrong order until there are none (D108).</summary>
    public static void Order(List<int> points, Func<int, int> classOf)
    {
        for (var swapped = true; swapped;)
        {
            swapped = false;
            for (var i = 1; i < points.Count; i++)
            {
                if (classOf(points[i]) > 0 && classOf(points[i - 1]) > classOf(points[i]))
                {
                    (points[i - 1], points[i]) = (points[i], points[i - 1]);
                    swapped = true;
                }
            }
        }
    }

    private static IEnumerable<int> Decompose(int point)
    {
        if (Syllables.TryGetValue(point, out var parts))
        {
            return [.. Decompose(parts.First), parts.Second];
        }

        ref readonly var record = ref CodePoints.Of(point);
        return record.NfkdLength > 0 ? CodePoints.Nfkd(record).ToArray() : [point];
    }

    // D117: each character in turn composes with the last starter before it unless it is blocked (D115).
    private static void Compose(List<int> points)
    {
        for (var c = 1; c < points.Count; c++)
        {
            var l = points.FindLastIndex(c - 1, p => Class(p) == 0);
            var blocked = l < 0 || points[(l + 1)..c].Any(b => Class(b) == 0 || Class(b) >= Class(points[c]));
            if (!blocked && Composite(points[l], points[c]) is > 0 and var composite)
            {
                points[l] = composite;
                points.RemoveAt(c--);
            }
        }
    }

    private static int Composite(int first, int second) =>
        SyllableOf.TryGetValue((first, second), out var syllable) ? syllable : CodePoints.Compose(first, second);

    private static int Class(int point) => CodePoints.Of(point).CombiningClass;
}
