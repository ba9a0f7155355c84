using Moodstream.Text.Unicode;

namespace Moodstream.Text.Tweets;

/// <summary>Step 1: HTML character references, decoded once.</summary>
/// <remarks><c>&amp;(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos|nbsp));</c></remarks>
internal static class CharacterReferences
{
    private const int MaxDecimalDigits = 7;
    private const int MaxHexadecimalDigits = 6;
    private const int None = 0;

    private static readonly (int[] Name, int CodePoint)[] Named =
    [
        ([.. "amp;"], '&'), ([.. "lt;"], '<'), ([.. "gt;"], '>'), ([.. "quot;"], '"'), ([.. "apos;"], '\''),
        ([.. "nbsp;"], 0xA0),
    ];

    /// <summary>Decodes in place: a reference is longer than what it stands for.</summary>
    public static void Decode(ref CodePointBuffer text)
    {
        var span = text.Span;
        var written = span.IndexOf('&');
        if (written < 0)
        {
            return;
        }

        for (var read = written; read < span.Length;)
        {
            var length = 0;
            var codePoint = span[read] == '&' ? Parse(span[(read + 1)..], out length) : None;
            span[written++] = codePoint == None ? span[read] : codePoint;
            read += codePoint == None ? 1 : length + 1;
        }

        text.Truncate(written);
    }

    /// <param name="text">What follows the ampersand.</param>
    /// <param name="length">Length of the reference, without the ampersand.</param>
    private static int Parse(ReadOnlySpan<int> text, out int length)
    {
        if (text is ['#', ('x' or 'X'), ..])
        {
            return ParseNumber(text, 2, MaxHexadecimalDigits, 16, out length);
        }

        if (text is ['#', ..])
        {
            return ParseNumber(text, 1, MaxDecimalDigits, 10, out length);
        }

        foreach (var (name, codePoint) in Named)
        {
            if (text.StartsWith(name))
            {
                length = name.Length;
                return codePoint;
            }
        }

        length = 0;
        return None;
    }

    private static int ParseNumber(ReadOnlySpan<int> text, int start, int maxDigits, int radix, out int length)
    {
        var value = 0;
        var end = start;
        while (end < text.Length && end - start < maxDigits && Digit(text[end]) is var digit && digit < radix)
        {
            value = (value * radix) + digit;
            end++;
        }

        length = end + 1;
        var closed = end > start && end < text.Length && text[end] == ';';
        return closed && System.Text.Rune.IsValid(value) ? value : None;
    }

    private static int Digit(int codePoint) => codePoint switch
    {
        >= '0' and <= '9' => codePoint - '0',
        >= 'a' and <= 'f' => codePoint - 'a' + 10,
        >= 'A' and <= 'F' => codePoint - 'A' + 10,
        _ => int.MaxValue,
    };
}
