using Moodstream.Bench.OnnxRuntime;

namespace Moodstream.Bench.Tests;

public sealed class ProtoMessageTests
{
    /// <summary>The examples of protobuf.dev/programming-guides/encoding.</summary>
    [Fact]
    public void Add_ExamplesOfTheSpecification_SameBytes()
    {
        Assert.Equal("089601", Hex(new ProtoMessage().Add(1, 150)));
        Assert.Equal("120774657374696E67", Hex(new ProtoMessage().Add(2, "testing")));
        Assert.Equal("1A03089601", Hex(new ProtoMessage().Add(3, new ProtoMessage().Add(1, 150))));
    }

    [Fact]
    public void Add_NegativeInteger_TenBytes() =>
        Assert.Equal("08FFFFFFFFFFFFFFFFFF01", Hex(new ProtoMessage().Add(1, -1)));

    [Fact]
    public void Add_Float_LittleEndian() => Assert.Equal("150000803F", Hex(new ProtoMessage().Add(2, 1f)));

    private static string Hex(ProtoMessage message) => Convert.ToHexString(message.Bytes);
}
