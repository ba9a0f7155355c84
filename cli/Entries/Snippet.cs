using System.Text;

namespace Moodstream.Cli.Entries;

/// <summary>Text from outside, as it may stand on one line of a terminal.</summary>
internal static class Snippet
{
    private const int MaxChars = 80;

    /// <summary>The beginning of a text, without what would move a cursor or change a colour.</summary>
    public static string Of(string text)
    {
        var shown = new StringBuilder(Math.Min(text.Length, MaxChars + 1));
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= MaxChars)
            {
                return shown.Append('…').ToString();
            }

            shown.Append(Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator
                ? " "
                : rune.ToString());
        }

        return shown.ToString();
    }

    /// <summary>The beginning of bytes that may be text.</summary>
    public static string Of(ReadOnlyMemory<byte> bytes) =>
        Of(Encoding.UTF8.GetString(bytes.Span[..Math.Min(bytes.Length, MaxChars * 4)]));
}
