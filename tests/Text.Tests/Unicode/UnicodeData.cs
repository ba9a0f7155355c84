using System.Globalization;

namespace Moodstream.Text.Tests.Unicode;

/// <summary>tests/data/unicode: what the reference implementations do to every code point.</summary>
internal static class UnicodeData
{
    public const int Last = 0x10FFFF;

    /// <summary>Every code point but the surrogates.</summary>
    public static IEnumerable<int> CodePoints => Enumerable.Range(0, Last + 1).Where(c => c is < 0xD800 or > 0xDFFF);

    /// <summary>What a file says of each code point it lists.</summary>
    /// <param name="file">A file whose rows are first, last, what.</param>
    public static Dictionary<int, string> Ranges(string file)
    {
        var rows = new Dictionary<int, string>();
        foreach (var cells in File.ReadLines(Repository.Data("unicode", file)).Select(line => line.Split('\t')))
        {
            for (var codePoint = Hex(cells[0]); codePoint <= Hex(cells[1]); codePoint++)
            {
                rows.Add(codePoint, cells[2]);
            }
        }

        return rows;
    }

    /// <summary>nfkc.tsv.</summary>
    public static Dictionary<int, string> Nfkc() =>
        File.ReadLines(Repository.Data("unicode", "nfkc.tsv")).Select(line => line.Split('\t'))
            .ToDictionary(cells => Hex(cells[0]), cells => Text(cells[1]));

    /// <summary>The text of code points in hexadecimal between spaces.</summary>
    public static string Text(string codePoints) =>
        string.Concat(codePoints.Split(' ').Select(c => char.ConvertFromUtf32(Hex(c))));

    private static int Hex(string digits) =>
        int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
