using Moodstream.Text.Unicode;

namespace Moodstream.Text.Tweets;

/// <summary>Step 4: a mention becomes "@user".</summary>
/// <remarks><c>(?&lt;![A-Za-z0-9_])@[A-Za-z0-9_]+</c></remarks>
internal static class Mentions
{
    private static readonly int[] Replacement = [.. "@user"];

    /// <summary>Replaces all mentions.</summary>
    /// <param name="text">The text.</param>
    /// <param name="scratch">Overwritten.</param>
    public static void Replace(ref CodePointBuffer text, ref CodePointBuffer scratch)
    {
        var span = text.Span;
        if (!span.Contains('@'))
        {
            return;
        }

        scratch.Clear();
        var copied = 0;
        for (var at = 0; span[at..].IndexOf('@') is >= 0 and var skipped;)
        {
            at += skipped;
            var end = at + 1;
            while (end < span.Length && IsName(span[end]))
            {
                end++;
            }

            if (end > at + 1 && (at == 0 || !IsName(span[at - 1])))
            {
                scratch.Append(span[copied..at]);
                scratch.Append(Replacement);
                copied = end;
            }

            at = end;
        }

        scratch.Append(span[copied..]);
        CodePointBuffer.Swap(ref text, ref scratch);
    }

    private static bool IsName(int codePoint) =>
        codePoint is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_';
}
