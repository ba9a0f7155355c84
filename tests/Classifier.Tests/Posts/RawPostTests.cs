using System.Text;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Classifier.Posts;

namespace Moodstream.Classifier.Tests.Posts;

public sealed class RawPostTests
{
    private const string Good =
        """
        {"id":"x:1","source":"x","text":"hi","createdAt":"2026-01-02T03:04:05Z","receivedAt":"2026-01-02T03:04:06Z"}
        """;

    [Fact]
    public void TryRead_Post_IsRead()
    {
        Assert.True(RawPost.TryRead(Event(Good), out var post, out _));

        Assert.Equal(("x:1", "hi"), (post.Id, post.Text));
    }

    [Fact]
    public void TryRead_UnknownMember_IsIgnored()
    {
        var newer = Good.Replace("\"id\"", "\"mood\":[1,{}],\"id\"", StringComparison.Ordinal);

        Assert.True(RawPost.TryRead(Event(newer), out _, out _));
    }

    [Fact]
    public void TryRead_EmptyText_IsRead()
    {
        var empty = Good.Replace("\"hi\"", "\"\"", StringComparison.Ordinal);

        Assert.True(RawPost.TryRead(Event(empty), out _, out _));
    }

    [Theory]
    [InlineData("", "not a post: ")]
    [InlineData("{", "not a post: ")]
    [InlineData("[]", "not a post: ")]
    [InlineData("\0", "not a post: ")]
    [InlineData("null", "a post is a JSON object, not null")]
    [InlineData("{}", "'id', 'source', 'text', 'createdAt', 'receivedAt'")]
    public void TryRead_NoPost_SaysWhatCame(string json, string expected)
    {
        Assert.False(RawPost.TryRead(Event(json), out var post, out var error));

        Assert.Null(post);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"x:1\"", "7", "$.id")]
    [InlineData("\"x:1\"", "null", "'Id'")]
    [InlineData("\"x:1\"", "\"\"", "a post's id is a string of at least one character")]
    [InlineData("\"x:1\"", "\"x:2\"", "the event's id is 'x:1', but its post's id is 'x:2'")]
    [InlineData("\"x\"", "null", "'Source'")]
    [InlineData("\"hi\"", "null", "'Text'")]
    [InlineData("\"hi\"", "[]", "$.text")]
    [InlineData("\"hi\"", "\"\\ud83d\"", "not a post: ")]
    [InlineData("\"2026-01-02T03:04:05Z\"", "\"yesterday\"", "$.createdAt")]
    public void TryRead_MemberIsWrong_NamesIt(string member, string wrong, string expected)
    {
        var bad = Good.Replace(member, wrong, StringComparison.Ordinal);

        Assert.False(RawPost.TryRead(Event(bad), out _, out var error));

        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void TryRead_TextIsNoUtf8_IsRefused()
    {
        var bytes = Encoding.UTF8.GetBytes(Good);
        bytes[Encoding.UTF8.GetString(bytes).IndexOf("hi", StringComparison.Ordinal)] = 0xff;

        Assert.False(RawPost.TryRead(new IncomingEvent("x:1", "t", bytes), out _, out var error));

        Assert.StartsWith("not a post: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void TryRead_DeepNesting_IsRefused()
    {
        var deep = Good.Replace(
            "\"id\"", $"\"x\":{new string('[', 1000)}{new string(']', 1000)},\"id\"", StringComparison.Ordinal);

        Assert.False(RawPost.TryRead(Event(deep), out _, out var error));

        Assert.StartsWith("not a post: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void TryRead_OverTheLimit_IsRefusedUnread()
    {
        var data = new byte[RawPost.MostBytes + 1];

        Assert.False(RawPost.TryRead(new IncomingEvent("x:1", "t", data), out _, out var error));

        Assert.Equal("a post is at most 4194304 bytes of JSON, this event has 4194305", error);
    }

    private static IncomingEvent Event(string json) => new("x:1", "tweets.raw", Encoding.UTF8.GetBytes(json));
}
