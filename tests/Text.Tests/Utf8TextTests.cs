using System.Text;

namespace Moodstream.Text.Tests;

public sealed class Utf8TextTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("61 00 62", "a\0b", 0)]
    [InlineData("EF BF BD", "\ufffd", 0)]
    [InlineData("61 FF 62", "a\ufffdb", 1)]
    [InlineData("C3", "\ufffd", 1)]
    [InlineData("E2 82", "\ufffd", 1)]
    [InlineData("F0 9F 98 22", "\ufffd\"", 1)]
    [InlineData("C0 AF", "\ufffd\ufffd", 2)]
    [InlineData("ED A0 BD", "\ufffd\ufffd\ufffd", 3)]
    [InlineData("F4 90 80 80", "\ufffd\ufffd\ufffd\ufffd", 4)]
    [InlineData("80 E2 82 AC 80", "\ufffd€\ufffd", 2)]
    public void DecodeAndSanitise_AnyBytes_ReplaceMaximalInvalidSequences(string bytes, string expected, int invalid)
    {
        var utf8 = Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal));

        var text = Utf8Text.Decode(utf8, out var replacedInText);
        var sanitised = Utf8Text.Sanitise(utf8, out var replacedInBytes);

        Assert.Equal((expected, invalid), (text, replacedInText));
        Assert.Equal((expected, invalid), (Encoding.UTF8.GetString(sanitised.Span), replacedInBytes));
    }

    [Fact]
    public void Sanitise_ValidBytes_AreNotCopied()
    {
        ReadOnlyMemory<byte> utf8 = "{\"text\":\"é\0\"}"u8.ToArray();

        var sanitised = Utf8Text.Sanitise(utf8, out _);

        Assert.Equal(utf8, sanitised);
    }
}
