using System.Text.RegularExpressions;
using Moodstream.Text.Unicode;

namespace Moodstream.Text.Tests.Unicode;

public sealed class Utf16Tests
{
    // Attributes are stored as UTF-8, which has no lone surrogates: hence the escapes within the strings.
    [Theory]
    [InlineData(@"\ud83d", "\ufffd")]
    [InlineData(@"a\udc00", "a\ufffd")]
    [InlineData(@"\ud83d\ud83d\ude00", "\ufffd\U0001F600")]
    [InlineData(@"\ude00\ud83d", "\ufffd\ufffd")]
    [InlineData(@"\ud83d\ude00\ude00", "\U0001F600\ufffd")]
    [InlineData("\0x", "\0x")]
    [InlineData("", "")]
    public void Decode_LoneSurrogates_BecomeReplacements(string text, string expected)
    {
        var (decoded, whole) = Decode(text, long.MaxValue);

        Assert.Equal(expected, decoded);
        Assert.True(whole);
    }

    [Theory]
    [InlineData("abc", 3, "abc", true)]
    [InlineData("abcd", 3, "abc", false)]
    [InlineData("aé", 2, "a", false)]
    [InlineData("aé", 3, "aé", true)]
    [InlineData("a€", 3, "a", false)]
    [InlineData("a€", 4, "a€", true)]
    [InlineData("😀", 3, "", false)]
    [InlineData("😀", 4, "😀", true)]
    [InlineData(@"\ud83d", 2, "", false)]
    [InlineData(@"\ud83d", 3, "\ufffd", true)]
    public void Decode_MoreBytesThanAllowed_CutsBeforeTheCodePoint(string text, int bytes, string expected, bool whole)
    {
        var decoded = Decode(text, bytes);

        Assert.Equal((expected, whole), decoded);
    }

    private static (string Text, bool Whole) Decode(string text, long bytes)
    {
        var codePoints = new CodePointBuffer(1);
        var whole = Utf16.Decode(Regex.Unescape(text), bytes, ref codePoints);
        var decoded = Utf16.Encode(codePoints.Span);
        codePoints.Dispose();
        return (decoded, whole);
    }
}
