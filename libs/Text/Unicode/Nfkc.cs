namespace Moodstream.Text.Unicode;

/// <summary>Normalisation form KC of Unicode 14.0 (UAX #15).</summary>
internal static class Nfkc
{
    /// <summary>Below it nothing changes and nothing composes.</summary>
    private const int FirstThatMayChange = 0xA0;

    private static readonly Func<int, ushort> ClassOf = static codePoint => CodePoints.Of(codePoint).CombiningClass;

    /// <summary>Normalises a text in place.</summary>
    /// <param name="text">The text.</param>
    /// <param name="scratch">Overwritten.</param>
    public static void Normalise(ref CodePointBuffer text, ref CodePointBuffer scratch)
    {
        if (IsNormalised(text.Span))
        {
            return;
        }

        scratch.Clear();
        Decompose(text.Span, ref scratch);
        Order(scratch.Span);
        scratch.Truncate(Compose(scratch.Span));
        CodePointBuffer.Swap(ref text, ref scratch);
    }

    /// <summary>The quick check: true only if nothing can change.</summary>
    private static bool IsNormalised(ReadOnlySpan<int> text)
    {
        var first = text.IndexOfAnyInRange(FirstThatMayChange, int.MaxValue);
        if (first < 0)
        {
            return true;
        }

        ushort lastClass = 0;
        foreach (var codePoint in text[first..])
        {
            ref readonly var record = ref CodePoints.Of(codePoint);
            if (record.Has(CodePointFlags.NfkcMayChange)
                || (record.CombiningClass != 0 && record.CombiningClass < lastClass))
            {
                return false;
            }

            lastClass = record.CombiningClass;
        }

        return true;
    }

    private static void Decompose(ReadOnlySpan<int> text, ref CodePointBuffer into)
    {
        foreach (var codePoint in text)
        {
            ref readonly var record = ref CodePoints.Of(codePoint);
            if (record.NfkdLength > 0)
            {
                into.Append(CodePoints.Nfkd(record));
            }
            else if (Hangul.IsSyllable(codePoint))
            {
                Hangul.Decompose(codePoint, ref into);
            }
            else
            {
                into.Append(codePoint);
            }
        }
    }

    private static void Order(Span<int> text)
    {
        var run = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] >= FirstThatMayChange && ClassOf(text[i]) != 0)
            {
                continue;
            }

            if (i - run > 1)
            {
                CanonicalOrder.Sort(text[run..i], ClassOf);
            }

            run = i + 1;
        }
    }

    /// <returns>The new length.</returns>
    private static int Compose(Span<int> text)
    {
        var length = 0;
        var starter = -1;
        ushort lastClass = 0;
        foreach (var codePoint in text)
        {
            ref readonly var record = ref CodePoints.Of(codePoint);

            // All that was kept behind the starter are marks in canonical order, so the last of them decides
            // whether this one is blocked (D115).
            var reachesStarter = starter == length - 1 || lastClass < record.CombiningClass;
            if (starter >= 0 && reachesStarter && record.Has(CodePointFlags.Composes)
                && Compose(text[starter], codePoint) is > 0 and var composed)
            {
                text[starter] = composed;
                continue;
            }

            if (record.CombiningClass == 0)
            {
                starter = length;
            }

            lastClass = record.CombiningClass;
            text[length++] = codePoint;
        }

        return length;
    }

    private static int Compose(int first, int second) =>
        Hangul.Compose(first, second) is > 0 and var syllable ? syllable : CodePoints.Compose(first, second);
}
