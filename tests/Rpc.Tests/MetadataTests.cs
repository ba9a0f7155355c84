using System.Text;
using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc.Tests;

public sealed class MetadataTests
{
    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("sp ace")]
    [InlineData("colon:")]
    [InlineData(":path")]
    [InlineData("ü")]
    [InlineData("grpc-status")]
    [InlineData("grpc-anything")]
    [InlineData("te")]
    [InlineData("content-type")]
    [InlineData("connection")]
    [InlineData("date")]
    [InlineData("trace-bin")]
    public void Add_KeyThatIsNone_IsRefused(string key)
    {
        Assert.Throws<ArgumentException>(() => new RpcMetadata { { key, "value" } });
    }

    [Theory]
    [InlineData("new\nline")]
    [InlineData("nul\0")]
    [InlineData("del\u007f")]
    [InlineData("größe")]
    public void Add_ValueThatIsNoText_IsRefused(string value)
    {
        Assert.Throws<ArgumentException>(() => new RpcMetadata { { "key", value } });
    }

    [Theory]
    [InlineData("text")]
    [InlineData("grpc-trace-bin")]
    [InlineData("-BIN")]
    public void AddBinary_KeyThatIsNone_IsRefused(string key)
    {
        Assert.Throws<ArgumentException>(() => new RpcMetadata().AddBinary(key, [1]));
    }

    [Fact]
    public void TryGet_SeveralValues_GivesTheLast()
    {
        var metadata = new RpcMetadata { { "a", "1" }, { "b", "2" }, { "a", "3" } };

        Assert.True(metadata.TryGet("a", out var value));
        Assert.Equal("3", value);
        Assert.False(metadata.TryGet("c", out _));
        Assert.False(metadata.TryGetBinary("a", out _));
    }

    [Theory]
    [InlineData(new byte[0], "")]
    [InlineData(new byte[] { 0xFB }, "+w")]
    [InlineData(new byte[] { 0xFB, 0xFF }, "+/8")]
    [InlineData(new byte[] { 1, 2, 3 }, "AQID")]
    public void Encode_Bytes_GivesUnpaddedBase64(byte[] bytes, string expected)
    {
        Assert.Equal(expected, MetadataValue.Encode(new RpcMetadataEntry("a-bin", null, bytes)));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("AQ", "01")]
    [InlineData("AQ==", "01")]
    [InlineData("AQI=", "0102")]
    [InlineData("AQID,AQ==, +/8", "010203 01 FBFF")]
    public void TryDecode_Bytes_TakesPaddedAndJoinedBase64(string value, string expected)
    {
        var metadata = new RpcMetadata();

        Assert.True(MetadataValue.TryDecode(metadata, "A-Bin", value));
        Assert.Equal(expected, string.Join(' ', metadata.Select(entry => Convert.ToHexString(entry.Bytes.Span))));
        Assert.All(metadata, entry => Assert.Equal("a-bin", entry.Key));
    }

    [Theory]
    [InlineData("a-bin", "A")]
    [InlineData("a-bin", "AQIDB")]
    [InlineData("a-bin", "A Q")]
    [InlineData("a-bin", "A=Q")]
    [InlineData("a-bin", "_-8")]
    [InlineData("a-bin", "AQID;")]
    [InlineData("a", "größe")]
    [InlineData("sp ace", "text")]
    public void TryDecode_Malformed_IsFalse(string key, string value)
    {
        Assert.False(MetadataValue.TryDecode([], key, value));
    }

    [Theory]
    [InlineData(":status")]
    [InlineData("Content-Type")]
    [InlineData("grpc-status")]
    [InlineData("Grpc-Timeout")]
    public void TryDecode_TheProtocolsOwn_IsLeftOut(string key)
    {
        var metadata = new RpcMetadata();

        Assert.True(MetadataValue.TryDecode(metadata, key, "1"));
        Assert.Empty(metadata);
    }

    [Fact]
    public void TryDecode_RandomHeaders_NeverThrowsAndBytesComeBack()
    {
        foreach (var seed in Fuzz.Seeds(2000))
        {
            var random = new Random(seed);
            var text = new StringBuilder();
            for (var length = random.Next(20); length > 0; length--)
            {
                text.Append("AQID+/=-_, \u00e4"[random.Next(12)]);
            }

            MetadataValue.TryDecode([], "key-bin", text.ToString());
            MetadataValue.TryDecode([], text.ToString(), "value");

            var bytes = new byte[random.Next(20)];
            random.NextBytes(bytes);
            var read = new RpcMetadata();
            Assert.True(MetadataValue.TryDecode(
                read, "key-bin", MetadataValue.Encode(new RpcMetadataEntry("key-bin", null, bytes))), $"seed {seed}");
            Assert.Equal(bytes, read.Single().Bytes.ToArray());
        }
    }
}
