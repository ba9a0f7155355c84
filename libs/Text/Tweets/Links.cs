using Moodstream.Text.Unicode;

namespace Moodstream.Text.Tweets;

/// <summary>Step 3: a link becomes "http".</summary>
/// <remarks>
/// <c>(?:https?://|(?&lt;![\w.])www\.)[^\s]+</c>, IGNORECASE. Python's case folding also takes U+017F for an s, but
/// NFKC, the step before, leaves no such letter; so ASCII decides.
/// </remarks>
internal static class Links
{
    private static readonly int[] Replacement = [.. "http"];
    private static readonly int[] FirstLetters = [.. "hHwW"];

    /// <summary>Replaces in place: a link is longer than "http".</summary>
    public static void Replace(ref CodePointBuffer text)
    {
        var span = text.Span;
        var written = 0;
        var read = 0;
        while (span[read..].IndexOfAny(FirstLetters) is >= 0 and var skipped)
        {
            var link = LengthAt(span, read + skipped);
            var kept = skipped + (link == 0 ? 1 : 0);
            span.Slice(read, kept).CopyTo(span[written..]);
            written += kept;
            read += skipped + Math.Max(link, 1);
            if (link > 0)
            {
                Replacement.CopyTo(span[written..]);
                written += Replacement.Length;
            }
        }

        span[read..].CopyTo(span[written..]);
        text.Truncate(written + span.Length - read);
    }

    /// <returns>Length of the link at a place, or 0.</returns>
    private static int LengthAt(ReadOnlySpan<int> text, int at)
    {
        var rest = text[at..];
        int prefix;
        if (StartsWith(rest, "http"))
        {
            var scheme = rest.Length > 4 && (rest[4] | 0x20) == 's' ? 5 : 4;
            prefix = StartsWith(rest[scheme..], "://") ? scheme + 3 : 0;
        }
        else
        {
            // Replacing in place leaves all from "written" on as it was, and "written" is at the place only while
            // nothing was replaced: so the code point before the place is still the original.
            prefix = StartsWith(rest, "www.") && (at == 0 || !ContinuesName(text[at - 1])) ? 4 : 0;
        }

        if (prefix == 0)
        {
            return 0;
        }

        var end = prefix;
        while (end < rest.Length && !CodePoints.IsWhiteSpace(rest[end]))
        {
            end++;
        }

        return end > prefix ? end : 0;
    }

    private static bool ContinuesName(int codePoint) =>
        codePoint == '.' || CodePoints.Of(codePoint).Has(CodePointFlags.Word);

    private static bool StartsWith(ReadOnlySpan<int> text, ReadOnlySpan<char> lowerCase)
    {
        if (text.Length < lowerCase.Length)
        {
            return false;
        }

        for (var i = 0; i < lowerCase.Length; i++)
        {
            var folded = text[i] is >= 'A' and <= 'Z' ? text[i] | 0x20 : text[i];
            if (folded != lowerCase[i])
            {
                return false;
            }
        }

        return true;
    }
}
