namespace Moodstream.Text.Unicode;

/// <summary>What is known of a code point; shared by all that have the same properties.</summary>
/// <param name="NfkdOffset">Where its compatibility decomposition lies in the pool.</param>
/// <param name="NfkdLength">Length of the decomposition; 0 = it is its own, or a Hangul syllable.</param>
/// <param name="BertOffset">Where what BertNormalizer makes of it lies in the pool.</param>
/// <param name="BertLength">Length of what BertNormalizer makes of it.</param>
/// <param name="CombiningClass">Canonical combining class in Unicode 14.0; 0 = starter.</param>
/// <param name="BertCombiningClass">The class BertNormalizer goes by, of Unicode 12.1.</param>
/// <param name="Flags">Classes and actions.</param>
/// <remarks>The layout is that of code-points.bin.</remarks>
internal readonly record struct CodePointRecord(
    ushort NfkdOffset,
    ushort NfkdLength,
    ushort BertOffset,
    ushort BertLength,
    ushort CombiningClass,
    ushort BertCombiningClass,
    CodePointFlags Flags)
{
    public bool Has(CodePointFlags flag) => (Flags & flag) != 0;

    public CodePointFlags BertAction => Flags & CodePointFlags.BertActions;

    public CodePointFlags PreToken => Flags & CodePointFlags.PreTokens;
}
