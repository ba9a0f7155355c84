using System.Buffers;
using System.Text;
using Moodstream.Redis.Wire;

namespace Moodstream.Redis.Tests.Wire;

public sealed class RespDecoderTests
{
    private static readonly RespLimits Small =
        new() { MaxReplyBytes = 64, MaxLineBytes = 32, MaxElements = 4, MaxDepth = 2 };

    /// <summary>Answers as a Redis server sends them, and what they say.</summary>
    public static TheoryData<string, string> Goldens => new()
    {
        { "+OK\r\n", "simple OK" },
        { "+\r\n", "simple " },
        { "-WRONGPASS invalid username-password pair\r\n", "error WRONGPASS invalid username-password pair" },
        { ":0\r\n", "integer 0" },
        { ":-9223372036854775808\r\n", "integer -9223372036854775808" },
        { "$0\r\n\r\n", "bulk " },
        { "$-1\r\n", "null" },
        { "$6\r\na\r\nb\n\0\r\n", "bulk a\r\nb\n\0" },
        { "*0\r\n", "[]" },
        { "*-1\r\n", "null" },
        { "*2\r\n$1\r\na\r\n$-1\r\n", "[bulk a, null]" },
        {
            "*1\r\n*2\r\n$15\r\n1700000000000-0\r\n*4\r\n$4\r\ndata\r\n$2\r\n{}\r\n$8\r\nmetadata\r\n$2\r\n{}\r\n",
            "[[bulk 1700000000000-0, [bulk data, bulk {}, bulk metadata, bulk {}]]]"
        },
    };

    [Theory]
    [MemberData(nameof(Goldens))]
    public void TryRead_WholeAnswer_GivesWhatItSays(string wire, string expected)
    {
        var buffer = new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(wire + "+NEXT\r\n"));
        var decoder = new RespDecoder(new RespLimits());

        Assert.Equal(expected, Show(decoder.TryRead(ref buffer)));
        Assert.Equal("simple NEXT", Show(decoder.TryRead(ref buffer)));
        Assert.True(buffer.IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Goldens))]
    public void TryRead_CutAnywhere_WaitsForTheRest(string wire, string expected)
    {
        var bytes = Encoding.Latin1.GetBytes(wire);
        for (var cut = 0; cut < bytes.Length; cut++)
        {
            var decoder = new RespDecoder(new RespLimits());
            var buffer = new ReadOnlySequence<byte>(bytes, 0, cut);
            Assert.Null(decoder.TryRead(ref buffer));

            buffer = new ReadOnlySequence<byte>([.. buffer.ToArray(), .. bytes[cut..]]);
            Assert.Equal(expected, Show(decoder.TryRead(ref buffer)));
            Assert.True(buffer.IsEmpty);
        }
    }

    [Theory]
    [MemberData(nameof(Goldens))]
    public void TryRead_SegmentsOfOneByte_GivesTheSame(string wire, string expected)
    {
        var buffer = Segments.Of(Encoding.Latin1.GetBytes(wire), 1);

        Assert.Equal(expected, Show(new RespDecoder(new RespLimits()).TryRead(ref buffer)));
        Assert.True(buffer.IsEmpty);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", "came byte 0x48")]
    [InlineData("\r\n", "came byte 0x0d")]
    [InlineData("+OK\n", "without CR")]
    [InlineData(":\r\n", "whole number")]
    [InlineData(":1x\r\n", "whole number")]
    [InlineData(":9223372036854775808\r\n", "whole number")]
    [InlineData(":123456789012345678901234567890\r\n", "at most 24 bytes")]
    [InlineData(":1234567890123456789012345", "at most 24 bytes")]
    [InlineData("$-2\r\n", "length of -1 or more")]
    [InlineData("$1\r\nab\r\n", "CR LF behind 1 bytes")]
    [InlineData("*-2\r\n", "count of -1 or more")]
    [InlineData("$65\r\n", "at most 64 bytes")]
    [InlineData("$9223372036854775807\r\n", "at most 64 bytes")]
    [InlineData("*5\r\n", "4 elements")]
    [InlineData("*9223372036854775807\r\n", "4 elements")]
    [InlineData("*3\r\n*2\r\n", "4 elements")]
    [InlineData("*1\r\n*1\r\n*1\r\n", "2 levels")]
    [InlineData("*2\r\n$30\r\n123456789012345678901234567890\r\n$30\r\n", "at most 64 bytes")]
    [InlineData("+12345678901234567890123456789012345", "at most 32 bytes")]
    [InlineData("-12345678901234567890123456789012345\r\n", "at most 32 bytes")]
    [InlineData("%1\r\n", "came byte 0x25")]
    public void TryRead_NoAnswerOrTooLarge_IsRefusedAtOnce(string wire, string expected)
    {
        var decoder = new RespDecoder(Small);

        var error = Assert.Throws<RespFormatException>(() =>
        {
            var buffer = new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(wire));
            decoder.TryRead(ref buffer);
        });

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryRead_ManyAnswers_AreLimitedOneByOne()
    {
        var decoder = new RespDecoder(Small);
        for (var i = 0; i < 100; i++)
        {
            var buffer = new ReadOnlySequence<byte>("*3\r\n:1\r\n:2\r\n$20\r\n12345678901234567890\r\n"u8.ToArray());
            Assert.NotNull(decoder.TryRead(ref buffer));
        }
    }

    [Fact]
    public void TryRead_AnyBytes_EndInAnAnswerOrAComplaint()
    {
        foreach (var seed in Fuzz.Seeds(3000))
        {
            var random = new Random(seed);
            var wire = Mutated(random);
            var buffer = Segments.Of(wire, random.Next(1, 9));
            var decoder = new RespDecoder(Small);
            try
            {
                while (decoder.TryRead(ref buffer) is not null)
                {
                }
            }
            catch (RespFormatException)
            {
                // What most of them are.
            }
        }
    }

    [Fact]
    public void TryRead_RandomAnswersInRandomPieces_GiveThemBack()
    {
        foreach (var seed in Fuzz.Seeds(500))
        {
            var random = new Random(seed);
            var wire = new StringBuilder();
            var expected = Enumerable.Range(0, random.Next(1, 5)).Select(_ => Make(random, wire, 3)).ToList();
            var bytes = Encoding.Latin1.GetBytes(wire.ToString());
            var decoder = new RespDecoder(new RespLimits());
            var buffer = ReadOnlySequence<byte>.Empty;
            var came = new List<string>();
            for (var at = 0; at < bytes.Length;)
            {
                var piece = Math.Min(random.Next(1, 20), bytes.Length - at);
                buffer = Segments.Of([.. buffer.ToArray(), .. bytes[at..(at + piece)]], random.Next(1, 5));
                at += piece;
                while (decoder.TryRead(ref buffer) is { } reply)
                {
                    came.Add(Show(reply));
                }
            }

            Assert.Equal(expected, came);
        }
    }

    private static byte[] Mutated(Random random)
    {
        var goldens = Goldens.Select(g => (string)g[0]).ToArray();
        var bytes = Encoding.Latin1.GetBytes(goldens[random.Next(goldens.Length)] + goldens[random.Next(goldens.Length)]);
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)"+-:$*0129\r\nx"[random.Next(12)];
        }

        return bytes;
    }

    private static string Make(Random random, StringBuilder wire, int depth)
    {
        switch (random.Next(depth > 0 ? 5 : 4))
        {
            case 0:
                wire.Append("$-1\r\n");
                return "null";
            case 1:
                var number = random.NextInt64(long.MinValue, long.MaxValue);
                wire.Append($":{number}\r\n");
                return $"integer {number}";
            case 2:
                wire.Append("+OK\r\n");
                return "simple OK";
            case 3:
                var text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => (char)random.Next(256)));
                wire.Append($"${text.Length}\r\n{text}\r\n");
                return $"bulk {text}";
            default:
                var count = random.Next(4);
                wire.Append($"*{count}\r\n");
                return $"[{string.Join(", ", Enumerable.Range(0, count).Select(_ => Make(random, wire, depth - 1)))}]";
        }
    }

    private static string Show(RespValue? value) => value?.Kind switch
    {
        RespKind.SimpleString => $"simple {Encoding.Latin1.GetString(value.Bytes.Span)}",
        RespKind.Error => $"error {value.ToErrorText()}",
        RespKind.BulkString => $"bulk {Encoding.Latin1.GetString(value.Bytes.Span)}",
        RespKind.Integer => $"integer {value.Integer}",
        RespKind.Array => $"[{string.Join(", ", value.Items.Select(Show))}]",
        RespKind.Null => "null",
        _ => "nothing",
    };
}
