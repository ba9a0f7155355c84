using System.Globalization;
using Moodstream.Text.Files;

namespace Moodstream.Text.Tweets;

/// <summary>Reads emoji.tsv: a row has the code points in hexadecimal, a tab, and the name.</summary>
internal static class EmojiTable
{
    private const int MaxBytes = 1 << 20;
    private const int MaxSequence = 32;

    /// <exception cref="TextFormatException">A row is not of that form, or repeats a sequence.</exception>
    public static EmojiNames Load(string path)
    {
        var emoji = new List<(int[] Sequence, int[] Name)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var lines = new TextLines(path, MaxBytes);
        while (lines.TryRead(out var line))
        {
            var tab = line.IndexOf('\t');
            var name = tab < 0 ? default : line[(tab + 1)..];
            if (name.IsEmpty || name.Contains('\t'))
            {
                throw lines.Error("code points, a tab and a name", line.ToString());
            }

            var sequence = ParseSequence(line[..tab], lines);
            if (!seen.Add(string.Join(' ', sequence)))
            {
                throw lines.Error("a sequence not given before", line[..tab].ToString());
            }

            emoji.Add((sequence, [.. name.ToString().EnumerateRunes().Select(r => r.Value)]));
        }

        return new EmojiNames(emoji);
    }

    private static int[] ParseSequence(ReadOnlySpan<char> hexadecimal, TextLines lines)
    {
        var sequence = new List<int>();
        foreach (var part in hexadecimal.Split(' '))
        {
            var valid = int.TryParse(
                hexadecimal[part], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var codePoint);
            if (!valid || !System.Text.Rune.IsValid(codePoint) || sequence.Count == MaxSequence)
            {
                throw lines.Error($"1 to {MaxSequence} code points in hexadecimal", hexadecimal.ToString());
            }

            sequence.Add(codePoint);
        }

        return [.. sequence];
    }
}
