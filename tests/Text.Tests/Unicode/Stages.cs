using Moodstream.Text.Unicode;
using Moodstream.Text.WordPiece;

namespace Moodstream.Text.Tests.Unicode;

/// <summary>The stages of the encoder one by one, strings in and out.</summary>
internal static class Stages
{
    public static string Nfkc(string text)
    {
        var codePoints = new CodePointBuffer(text.Length);
        var scratch = new CodePointBuffer(text.Length);
        Utf16.Decode(text, long.MaxValue, ref codePoints);
        Text.Unicode.Nfkc.Normalise(ref codePoints, ref scratch);
        var normalised = Utf16.Encode(codePoints.Span);
        codePoints.Dispose();
        scratch.Dispose();
        return normalised;
    }

    public static string Bert(string text)
    {
        var codePoints = new CodePointBuffer(text.Length);
        var normalised = new CodePointBuffer(text.Length);
        Utf16.Decode(text, long.MaxValue, ref codePoints);
        BertNormaliser.Append(codePoints.Span, ref normalised);
        var result = Utf16.Encode(normalised.Span);
        codePoints.Dispose();
        normalised.Dispose();
        return result;
    }
}
