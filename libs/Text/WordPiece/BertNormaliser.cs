using Moodstream.Text.Unicode;

namespace Moodstream.Text.WordPiece;

/// <summary>
/// BertNormalizer of Hugging Face's tokenizers 0.23: control characters go, white space becomes spaces, Chinese
/// characters are spaced, accents go (NFD without category Mn), then lower case.
/// </summary>
/// <remarks>
/// The table holds what all steps make of each code point alone. What depends on the neighbours is the order of the
/// marks that stay: decomposition sorts them, the accents that go later included.
/// </remarks>
internal static class BertNormaliser
{
    private static readonly Func<int, ushort> ClassOf = static codePoint => CodePoints.Of(codePoint).BertCombiningClass;

    /// <summary>Appends a normalised text.</summary>
    public static void Append(ReadOnlySpan<int> text, ref CodePointBuffer into)
    {
        var marks = into.Length;
        foreach (var codePoint in text)
        {
            ref readonly var record = ref CodePoints.Of(codePoint);
            switch (record.BertAction)
            {
                case CodePointFlags.None:
                    AppendOrdered(codePoint, record.BertCombiningClass, ref into, ref marks);
                    break;
                case CodePointFlags.BertMaps:
                    foreach (var mapped in CodePoints.BertMapping(record))
                    {
                        AppendOrdered(mapped, ClassOf(mapped), ref into, ref marks);
                    }

                    break;
                case CodePointFlags.BertRemoves:
                    break;
                case CodePointFlags.BertRemovesStarter:
                    EndMarks(ref into, ref marks);
                    break;
                case CodePointFlags.BertSpaces:
                    EndMarks(ref into, ref marks);
                    into.Append(' ');
                    into.Append(codePoint);
                    into.Append(' ');
                    marks = into.Length;
                    break;
                case CodePointFlags.BertDecomposesHangul:
                    EndMarks(ref into, ref marks);
                    Hangul.Decompose(codePoint, ref into);
                    marks = into.Length;
                    break;
            }
        }

        EndMarks(ref into, ref marks);
    }

    /// <param name="codePoint">To append.</param>
    /// <param name="combiningClass">Its class.</param>
    /// <param name="into">Appended to.</param>
    /// <param name="marks">Where the marks behind the last starter begin.</param>
    private static void AppendOrdered(int codePoint, ushort combiningClass, ref CodePointBuffer into, ref int marks)
    {
        if (combiningClass != 0)
        {
            into.Append(codePoint);
            return;
        }

        EndMarks(ref into, ref marks);
        into.Append(codePoint);
        marks++;
    }

    private static void EndMarks(ref CodePointBuffer into, ref int marks)
    {
        if (into.Length - marks > 1)
        {
            CanonicalOrder.Sort(into.Span[marks..], ClassOf);
        }

        marks = into.Length;
    }
}
