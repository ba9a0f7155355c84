namespace Moodstream.Text.Unicode;

/// <summary>Classes of a code point and what is done to it; the values are those of make_tables.py.</summary>
[Flags]
internal enum CodePointFlags : ushort
{
    None = 0,

    /// <summary>White space to Python's str.split() and <c>\s</c>.</summary>
    WhiteSpace = 1,

    /// <summary><c>\w</c> of Python's re.</summary>
    Word = 2,

    /// <summary>NFKC_Quick_Check is No or Maybe.</summary>
    NfkcMayChange = 4,

    /// <summary>May compose with a code point before it.</summary>
    Composes = 8,

    /// <summary>The bits of the action of BertNormalizer; none of them: kept.</summary>
    BertActions = 7 << 4,

    /// <summary>Removed.</summary>
    BertRemoves = 1 << 4,

    /// <summary>An accent that is a starter: removed, but only after the marks around it were put in order.</summary>
    BertRemovesStarter = 2 << 4,

    /// <summary>Kept, with a space on each side.</summary>
    BertSpaces = 3 << 4,

    /// <summary>Replaced by a sequence in the pool.</summary>
    BertMaps = 4 << 4,

    /// <summary>A Hangul syllable, replaced by its jamo.</summary>
    BertDecomposesHangul = 5 << 4,

    /// <summary>The bits of the class of BertPreTokenizer; none of them: part of a word.</summary>
    PreTokens = 3 << 7,

    /// <summary>Ends a word and is dropped.</summary>
    Separator = 1 << 7,

    /// <summary>A word of its own.</summary>
    Alone = 2 << 7,
}
