using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Moodstream.Text.Tests;

public sealed class LenientJsonTests
{
    [Theory]
    [InlineData(@"""""", "", 0)]
    [InlineData(@"""plain é 😀""", "plain é 😀", 0)]
    [InlineData(@"""\""\\\/\b\f\n\r\t\u0041\u00e9\u0000""", "\"\\/\b\f\n\r\tAé\0", 0)]
    [InlineData(@"""a\ud83d\ude00b""", "a😀b", 0)]
    [InlineData(@"""\uD83D\uDE00""", "😀", 0)]
    [InlineData(@"""\ud83d""", "\ufffd", 1)]
    [InlineData(@"""\ude00 lone""", "\ufffd lone", 1)]
    [InlineData(@"""\ude00\ud83d""", "\ufffd\ufffd", 2)]
    [InlineData(@"""\ud83d\ud83d\ude00""", "\ufffd😀", 1)]
    [InlineData(@"""\ud83dx\ude00""", "\ufffdx\ufffd", 2)]
    [InlineData(@"""\\ud83d""", "\\ud83d", 0)]
    [InlineData(@"null", null, 0)]
    public void GetString_AnyEscapes_ReplacesLoneSurrogates(string json, string? expected, int lone)
    {
        var utf8 = Encoding.UTF8.GetBytes(json);

        Assert.Equal((expected, lone), Read(new Utf8JsonReader(utf8)));
        Assert.Equal((expected, lone), Read(new Utf8JsonReader(Split(utf8))));
        Assert.Equal(expected, LenientJson.GetString(JsonDocument.Parse(utf8).RootElement, out var replaced));
        Assert.Equal(lone, replaced);
    }

    [Fact]
    public void GetString_InvalidUtf8_IsReplacedToo()
    {
        byte[] json = [(byte)'"', 0xFF, .. @"\ud83d"u8, 0xE2, 0x82, (byte)'\\', (byte)'n', (byte)'"'];

        Assert.Equal(("\ufffd\ufffd\ufffd\n", 3), Read(new Utf8JsonReader(json)));
    }

    [Fact]
    public void GetString_PropertyName_IsRead()
    {
        var reader = new Utf8JsonReader(@"{""\ud83d"":1}"u8);
        reader.Read();

        Assert.Equal(("\ufffd", 1), Read(reader));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("{}")]
    public void GetString_SomethingElse_IsRefused(string json)
    {
        var element = JsonDocument.Parse(json).RootElement;

        Assert.Throws<InvalidOperationException>(() => Read(new Utf8JsonReader(Encoding.UTF8.GetBytes(json))));
        Assert.Throws<InvalidOperationException>(() => LenientJson.GetString(element, out var _));
    }

    private static (string? Text, int Replaced) Read(Utf8JsonReader reader)
    {
        reader.Read();
        return (LenientJson.GetString(ref reader, out var replaced), replaced);
    }

    private static ReadOnlySequence<byte> Split(byte[] bytes)
    {
        var first = new Segment(bytes.AsMemory(0, bytes.Length / 2), 0);
        var last = first.Append(bytes.AsMemory(bytes.Length / 2));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index)
        {
            Memory = memory;
            RunningIndex = index;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
