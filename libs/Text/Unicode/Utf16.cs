namespace Moodstream.Text.Unicode;

/// <summary>UTF-16 to code points and back.</summary>
internal static class Utf16
{
    private const int Replacement = 0xFFFD;

    /// <summary>Appends the code points of a text; each lone surrogate becomes U+FFFD.</summary>
    /// <param name="text">Any UTF-16.</param>
    /// <param name="maxUtf8Bytes">Where to cut: before the code point that would exceed so many bytes of UTF-8.</param>
    /// <param name="codePoints">Appended to.</param>
    /// <returns>Whether the whole text was read.</returns>
    public static bool Decode(ReadOnlySpan<char> text, long maxUtf8Bytes, ref CodePointBuffer codePoints)
    {
        // No code point takes less bytes of UTF-8 than units of UTF-16, so what lies behind can never be reached.
        var readable = text[..(int)Math.Min(text.Length, maxUtf8Bytes)];
        var before = codePoints.Length;
        var written = codePoints.Extend(readable.Length);
        var count = 0;
        var position = 0;
        for (long bytes = 0; position < readable.Length; count++)
        {
            int codePoint = text[position];
            var units = 1;
            if (char.IsSurrogate((char)codePoint))
            {
                var paired = position + 1 < text.Length && char.IsSurrogatePair((char)codePoint, text[position + 1]);
                units = paired ? 2 : 1;
                codePoint = paired ? char.ConvertToUtf32((char)codePoint, text[position + 1]) : Replacement;
            }

            bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
            if (bytes > maxUtf8Bytes)
            {
                break;
            }

            written[count] = codePoint;
            position += units;
        }

        codePoints.Truncate(before + count);
        return position == text.Length;
    }

    /// <summary>The text of code points that are no surrogates.</summary>
    public static string Encode(ReadOnlySpan<int> codePoints)
    {
        var units = codePoints.Length;
        foreach (var codePoint in codePoints)
        {
            units += codePoint > char.MaxValue ? 1 : 0;
        }

        return string.Create(units, codePoints, static (text, codePoints) =>
        {
            foreach (var codePoint in codePoints)
            {
                text = text[new System.Text.Rune(codePoint).EncodeToUtf16(text)..];
            }
        });
    }
}
