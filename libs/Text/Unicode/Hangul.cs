namespace Moodstream.Text.Unicode;

/// <summary>Conjoining jamo and syllables, which Unicode composes by arithmetic (Unicode 14.0, section 3.12).</summary>
internal static class Hangul
{
    private const int SBase = 0xAC00;
    private const int LBase = 0x1100;
    private const int VBase = 0x1161;
    private const int TBase = 0x11A7;
    private const int LCount = 19;
    private const int VCount = 21;
    private const int TCount = 28;
    private const int SCount = LCount * VCount * TCount;

    public static bool IsSyllable(int codePoint) => (uint)(codePoint - SBase) < SCount;

    public static void Decompose(int syllable, ref CodePointBuffer into)
    {
        var index = syllable - SBase;
        into.Append(LBase + (index / (VCount * TCount)));
        into.Append(VBase + (index / TCount % VCount));
        if (index % TCount != 0)
        {
            into.Append(TBase + (index % TCount));
        }
    }

    /// <summary>The syllable of two adjacent code points, or 0.</summary>
    public static int Compose(int first, int second)
    {
        if ((uint)(first - LBase) < LCount && (uint)(second - VBase) < VCount)
        {
            return SBase + ((((first - LBase) * VCount) + second - VBase) * TCount);
        }

        // U+11A7 itself is no trailing consonant: it would stand for "none".
        var openSyllable = IsSyllable(first) && (first - SBase) % TCount == 0;
        return openSyllable && (uint)(second - TBase - 1) < TCount - 1 ? first + second - TBase : 0;
    }
}
