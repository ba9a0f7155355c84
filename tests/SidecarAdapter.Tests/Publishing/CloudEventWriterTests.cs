using System.Buffers;
using System.Diagnostics;
using System.Text;
using Moodstream.Sidecar.Publishing;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests.Publishing;

public sealed class CloudEventWriterTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, 60, TimeSpan.FromHours(1));

    private readonly CloudEventWriter _writer = new("classifier");

    [Fact]
    public void TryWrite_Event_IsTheseBytes()
    {
        Assert.Equal(
            """
            {"entryId":"7","contentType":"application/cloudevents+json","event":{"specversion":"1.0","id":"x:1@2","source":"classifier","type":"moodstream.tweets.scored","subject":"x:1@2","time":"2026-01-02T02:04:05.06Z","datacontenttype":"application/json","data":{ "n" : 1.50, "big":9007199254740993 }}}
            """,
            Write(Some.Event("x:1@2", """{ "n" : 1.50, "big":9007199254740993 }""")));
    }

    [Fact]
    public void TryWrite_InsideAnActivity_CarriesBothTraceAttributes()
    {
        using var activity = new Activity("a").SetIdFormat(ActivityIdFormat.W3C);
        activity.TraceStateString = "congo=1";
        activity.Start();

        Assert.Contains(
            $"\"traceid\":\"{activity.Id}\",\"traceparent\":\"{activity.Id}\",\"tracestate\":\"congo=1\",\"data\":",
            Write(Some.Event("1")),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{},{}")]
    [InlineData("nope")]
    [InlineData("{}}],[{")]
    public void TryWrite_DataIsNoJson_IsRefused(string data)
    {
        var error = _writer.TryWrite(new ArrayBufferWriter<byte>(), 0, "t", Some.Event("1", data), At);

        Assert.StartsWith("an event's data is UTF-8 JSON: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void TryWrite_NoId_IsRefused() => Assert.Equal(
        "an event's id has at least one character",
        _writer.TryWrite(new ArrayBufferWriter<byte>(), 0, "t", Some.Event(""), At));

    [Fact]
    public void TryWrite_IdWithQuotesAndEmoji_IsEscapedNoFurtherThanNeeded() => Assert.Contains(
        "\"id\":\"a\\\"b<\u00e9>\",", Write(Some.Event("a\"b<é>")), StringComparison.Ordinal);

    private string Write(BuildingBlocks.PubSub.OutgoingEvent published)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.Null(_writer.TryWrite(output, 7, "tweets.scored", published, At));
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
