using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc.Tests.Wire;

public sealed class StatusMessageTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" plain ~ text $&", " plain ~ text $&")]
    [InlineData("100 %", "100 %25")]
    [InlineData("a\r\nb\t\0\u007f", "a%0D%0Ab%09%00%7F")]
    [InlineData("größer", "gr%C3%B6%C3%9Fer")]
    [InlineData("🐦", "%F0%9F%90%A6")]
    public void Encode_Text_GivesPercentEncodedUtf8(string message, string expected)
    {
        Assert.Equal(expected, StatusMessage.Encode(message));
    }

    [Fact]
    public void Encode_HalfASurrogatePair_GivesTheReplacementCharacter()
    {
        Assert.Equal("%EF%BF%BD!", StatusMessage.Encode("\ud83d!"));
    }

    [Theory]
    [InlineData("gr%C3%B6%c3%9fer", "größer")]
    [InlineData("%F0%9F%90%A6", "🐦")]
    [InlineData("100%", "100%")]
    [InlineData("100%2", "100%2")]
    [InlineData("%zz%2x%x2%%25", "%zz%2x%x2%%")]
    [InlineData("%FF!", "\ufffd!")]
    [InlineData("%C3", "\ufffd")]
    [InlineData("raw ö and %C3%B6", "raw ö and ö")]
    public void Decode_AnyText_NeverFails(string encoded, string expected)
    {
        Assert.Equal(expected, StatusMessage.Decode(encoded));
    }

    [Theory]
    [InlineData('x', 1)]
    [InlineData('%', 3)]
    [InlineData('ö', 6)]
    [InlineData('→', 9)]
    public void Encode_LongText_IsCutBetweenCharacters(char character, int bytes)
    {
        var encoded = StatusMessage.Encode(new string(character, 1_000_000));

        Assert.Equal(4096 / bytes * bytes, encoded.Length);
        Assert.Equal(new string(character, 4096 / bytes), StatusMessage.Decode(encoded));
    }

    [Fact]
    public void Decode_RandomText_NeverFailsAndEncodedTextComesBack()
    {
        foreach (var seed in Fuzz.Seeds(2000))
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => random.Next(4) switch
            {
                0 => "%",
                1 => random.Next(16).ToString("X"),
                2 => ((char)random.Next(0x20, 0x7F)).ToString(),
                _ => char.ConvertFromUtf32(random.Next(0xD000)),
            }));

            StatusMessage.Decode(text);

            var encoded = StatusMessage.Encode(text);
            Assert.True(encoded.All(c => c is >= ' ' and <= '~'), $"seed {seed}");
            Assert.Equal(text, StatusMessage.Decode(encoded));
        }
    }
}
