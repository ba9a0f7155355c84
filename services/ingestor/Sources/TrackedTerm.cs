using System.Globalization;

namespace Moodstream.Ingestor.Sources;

/// <summary>
/// A word, phrase, hashtag or cashtag that is looked for in posts: whole words only, whatever their case, with any
/// white space between the words of a phrase. <c>nvda</c> is found in <c>#NVDA</c> and <c>$nvda</c>, <c>#nvda</c> only
/// in the hashtag.
/// </summary>
/// <remarks>
/// Case is folded character by character and invariantly. Scripts that write no spaces between words (Han, kana, Thai,
/// Lao, Khmer, Burmese) have no word borders to ask for: there a term is found anywhere.
/// </remarks>
internal sealed class TrackedTerm
{
    private readonly string[] _words;

    public TrackedTerm(string term)
    {
        Name = term.Trim();
        _words = Name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The term as it was given.</summary>
    public string Name { get; }

    public bool IsIn(ReadOnlySpan<char> text)
    {
        var first = _words[0];
        var start = 0;
        while (text[start..].IndexOf(first, StringComparison.OrdinalIgnoreCase) is >= 0 and var found)
        {
            start += found;
            if (EndOfPhrase(text, start) is { } end && IsBorder(text, start) && IsBorder(text, end))
            {
                return true;
            }

            start++;
        }

        return false;
    }

    private int? EndOfPhrase(ReadOnlySpan<char> text, int start)
    {
        var at = start + _words[0].Length;
        foreach (var word in _words.AsSpan(1))
        {
            var space = at;
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at == space || !text[at..].StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }

            at += word.Length;
        }

        return at;
    }

    private static bool IsBorder(ReadOnlySpan<char> text, int at) =>
        at == 0 || at == text.Length || !IsWordCharacter(text[at - 1]) || !IsWordCharacter(text[at])
        || WritesNoSpaces(text[at - 1]) || WritesNoSpaces(text[at]);

    private static bool IsWordCharacter(char c) => char.IsLetterOrDigit(c) || c == '_' || char.IsSurrogate(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static bool WritesNoSpaces(char c) =>
        c is (>= '\u0E00' and <= '\u0EFF') or (>= '\u1000' and <= '\u109F') or (>= '\u1780' and <= '\u17FF')
            or (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF') or (>= '\uF900' and <= '\uFAFF');
}
