using System.Text.Encodings.Web;

namespace Moodstream.Contracts;

/// <summary>
/// Escapes what <see cref="JavaScriptEncoder.UnsafeRelaxedJsonEscaping"/> does, less the characters beyond the basic
/// plane: it writes each emoji as twelve characters that nobody can read. Not for JSON put into an HTML page.
/// </summary>
internal sealed class PlainTextEncoder : JavaScriptEncoder
{
    public override int MaxOutputCharactersPerInputCharacter =>
        UnsafeRelaxedJsonEscaping.MaxOutputCharactersPerInputCharacter;

    public override bool WillEncode(int unicodeScalar) =>
        unicodeScalar <= char.MaxValue && UnsafeRelaxedJsonEscaping.WillEncode(unicodeScalar);

    /// <summary>Also stops at an unpaired surrogate, which the caller then replaces by U+FFFD.</summary>
    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (var start = 0; ; start += 2)
        {
            var found = UnsafeRelaxedJsonEscaping.FindFirstCharacterToEncode(text + start, textLength - start);
            if (found < 0)
            {
                return -1;
            }

            start += found;
            var paired = start + 1 < textLength && char.IsSurrogatePair(text[start], text[start + 1]);
            if (!paired)
            {
                return start;
            }
        }
    }

    public override unsafe bool TryEncodeUnicodeScalar(
        int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten) =>
        UnsafeRelaxedJsonEscaping.TryEncodeUnicodeScalar(
            unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);
}
