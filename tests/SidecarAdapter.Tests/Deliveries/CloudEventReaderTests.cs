using System.Text;
using Moodstream.Sidecar.Deliveries;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests.Deliveries;

public sealed class CloudEventReaderTests
{
    private const string Whole =
        """{"data":{"text":"é\u003c","n":9007199254740993},"datacontenttype":"application/json","id":"x:1","source":"a","specversion":"1.0","type":"t"}""";

    [Fact]
    public void Read_EventOfOurs_IsItsIdAndItsDataByteForByte()
    {
        var read = Read(Whole);

        Assert.Null(read.Fault);
        Assert.Equal("x:1", read.Event.Id);
        Assert.Equal("t", read.Event.Topic);
        Assert.Equal("""{"text":"é\u003c","n":9007199254740993}""", Text(read));
    }

    [Theory]
    [InlineData("""{"id":"1","source":"s","specversion":"1.0","type":"t","data": [1, 2] }""", "[1, 2]")]
    [InlineData("""{"data":null,"id":"1","source":"s","specversion":"1.0","type":"t"}""", "null")]
    [InlineData("""{"data":"text","id":"1","source":"s","specversion":"1.0","type":"t"}""", "\"text\"")]
    [InlineData(
        """{"data":1,"ext":{"id":"2","data":3},"id":"1","source":"s","specversion":"1.0","type":"t","expiration":7}""", "1")]
    [InlineData(
        """{"data":1,"datacontenttype":" Application/JSON ; charset=utf-8","id":"1","source":"s","specversion":"1.0","type":"t"}""",
        "1")]
    public void Read_OtherEventOfOurs_IsItsData(string body, string data)
    {
        var read = Read(body);

        Assert.Null(read.Fault);
        Assert.Equal("1", read.Event.Id);
        Assert.Equal(data, Text(read));
    }

    [Theory]
    [InlineData("""{"data":1,"source":"s","specversion":"1.0","type":"t"}""", "id: expected text, got none")]
    [InlineData("""{"data":1,"id":"","source":"s","specversion":"1.0","type":"t"}""", "id: expected text of 1 to 1024")]
    [InlineData("""{"data":1,"id":7,"source":"s","specversion":"1.0","type":"t"}""", "id: expected text, got a Number")]
    [InlineData("""{"data":1,"id":{"id":"x"},"source":"s","specversion":"1.0","type":"t"}""", "id: expected text, got a StartObject")]
    [InlineData("""{"data":1,"id":null,"source":"s","specversion":"1.0","type":"t"}""", "id: expected text, got a Null")]
    [InlineData("""{"data":{"data":{"id":"1","text":"an X API tweet"}}}""", "id: expected text, got none")]
    [InlineData("""{"a":1}""", "id: expected text, got none")]
    [InlineData("{}", "id: expected text, got none")]
    [InlineData("[1]", "expected an object, got a StartArray")]
    [InlineData("\"plain\"", "expected an object, got a String")]
    [InlineData("plain text", "not a JSON object: ")]
    [InlineData("", "not a JSON object: ")]
    [InlineData("\uFEFF{}", "not a JSON object: ")]
    public void Read_NoEventAndNoId_IsAnEventOfTheWholeBodyWithAnIdOfItsBytes(string body, string fault)
    {
        var read = Read(body);

        Assert.StartsWith(fault, read.Fault, StringComparison.Ordinal);
        Assert.Matches("^unidentified:[0-9a-f]{32}$", read.Event.Id);
        Assert.Equal(read.Event.Id, Read(body).Event.Id);
        Assert.Equal(body, Text(read));
    }

    [Theory]
    [InlineData("""{"data":1,"id":"1","source":"s","type":"t"}""", "specversion: expected 1.0, got none")]
    [InlineData("""{"data":1,"id":"1","source":"s","specversion":"0.3","type":"t"}""", "specversion: expected 1.0")]
    [InlineData("""{"data":1,"id":"1","source":"s","specversion":1.0,"type":"t"}""", "specversion: expected text, got a Number")]
    [InlineData("""{"data_base64":"AAH/","id":"1","source":"s","specversion":"1.0","type":"t"}""", "data_base64: expected data, as JSON")]
    [InlineData("""{"data":1,"data_base64":"AAH/","id":"1","source":"s","specversion":"1.0","type":"t"}""", "data_base64: expected data, as JSON")]
    [InlineData("""{"id":"1","source":"s","specversion":"1.0","type":"t"}""", "data: expected JSON, got none")]
    [InlineData("""{"data":"hi","datacontenttype":"text/plain","id":"1","source":"s","specversion":"1.0","type":"t"}""", "datacontenttype: expected application/json")]
    [InlineData("""{"data":1,"datacontenttype":3,"id":"1","source":"s","specversion":"1.0","type":"t"}""", "datacontenttype: expected text, got a Number")]
    [InlineData("""{"data":1,"id":"1","source":3,"specversion":"1.0","type":"t"}""", "source: expected text, got a Number")]
    [InlineData("""{"data":1,"id":"1","source":"s","specversion":"1.0","type":[]}""", "type: expected text, got a StartArray")]
    [InlineData("""{"data":1,"id":"1","source":"s","specversion":"1.0"}""", "type: expected text, got none")]
    [InlineData("""{"data":1,"id":"1","source":"s","specversion":"1.0","type":"t","time":5}""", "time: expected text, got a Number")]
    [InlineData("""{"data":1,"id":"1","id":"2","source":"s","specversion":"1.0","type":"t"}""", "id: expected once")]
    [InlineData("""{"data":1,"data":2,"id":"1","source":"s","specversion":"1.0","type":"t"}""", "data: expected once")]
    [InlineData("""{"data":1,"id":"1","source":"s","specversion":"1.0","type":"t"}{}""", "not a JSON object: ")]
    [InlineData("""{"id":"1","data":"\ud800","source":"s","specversion":"1.0","type":"t","subject":3}""", "subject: expected text")]
    public void Read_DamagedEventWithAnId_IsAnEventOfTheWholeBodyWithThatId(string body, string fault)
    {
        var read = Read(body);

        Assert.StartsWith(fault, read.Fault, StringComparison.Ordinal);
        Assert.Equal("1", read.Event.Id);
        Assert.Equal(body, Text(read));
    }

    [Fact]
    public void Read_IdOfHalfASurrogate_IsUnidentified()
    {
        var read = Read("""{"id":"\ud800","data":1}""");

        Assert.NotNull(read.Fault);
        Assert.StartsWith("unidentified:", read.Event.Id, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_IdLongerThanAnIdMayBe_IsUnidentified()
    {
        Assert.Null(Read(Some.Delivered(new string('i', 1024))).Fault);

        Assert.StartsWith(
            "unidentified:", Read(Some.Delivered(new string('i', 1025))).Event.Id, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CutAtAnyByte_HasAnIdAndAllThatCame()
    {
        var bytes = Encoding.UTF8.GetBytes(Whole);
        for (var length = 0; length < bytes.Length; length++)
        {
            var read = CloudEventReader.Read(bytes.AsMemory(0, length), "t");

            Assert.NotNull(read.Fault);
            Assert.NotEmpty(read.Event.Id);
            Assert.Equal(length, read.Event.Data.Length);
        }
    }

    [Fact]
    public void Read_RandomDamage_NeverThrowsAndAlwaysHasAnId()
    {
        foreach (var seed in Fuzz.Seeds(5_000))
        {
            var random = new Random(seed);
            var bytes = Encoding.UTF8.GetBytes(Whole);
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var read = CloudEventReader.Read(bytes, "t");

            Assert.NotEmpty(read.Event.Id);
            Assert.InRange(read.Event.Data.Length, 1, bytes.Length);
        }
    }

    private static ReadEvent Read(string body) => CloudEventReader.Read(Encoding.UTF8.GetBytes(body), "t");

    private static string Text(ReadEvent read) => Encoding.UTF8.GetString(read.Event.Data.Span);
}
