using System.Buffers;
using System.Text;
using Moodstream.Redis.Wire;

namespace Moodstream.Redis.Tests.Wire;

public sealed class RedisCommandTests
{
    [Fact]
    public void WriteTo_Arguments_AreBulkStrings() => Assert.Equal(
        "*4\r\n$4\r\nXADD\r\n$1\r\nt\r\n$0\r\n\r\n$4\r\n\r\n\xc3\xa9\r\n",
        Written(new RedisCommand("XADD").Add("t").Add("").Add("\r\n\u00e9")));

    [Fact]
    public void WriteTo_Bytes_AreLeftAsTheyAre() => Assert.Equal(
        "*3\r\n$7\r\nPUBLISH\r\n$6\r\nSTREAM\r\n$3\r\n\0\xff\n\r\n",
        Written(new RedisCommand("PUBLISH").Add("STREAM").Add(new byte[] { 0, 255, 10 })));

    [Fact]
    public void WriteTo_Numbers_AreText() => Assert.Equal(
        "*2\r\n$6\r\nSELECT\r\n$20\r\n-9223372036854775808\r\n", Written(new RedisCommand("SELECT").Add(long.MinValue)));

    private static string Written(RedisCommand command)
    {
        var output = new ArrayBufferWriter<byte>();
        command.WriteTo(output);
        return Encoding.Latin1.GetString(output.WrittenSpan);
    }
}
