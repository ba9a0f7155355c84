using Moodstream.Dashboard.Board;

namespace Moodstream.Dashboard.Tests;

public sealed class PostViewTests
{
    [Theory]
    [InlineData("https://example.org/p/1", "https://example.org/p/1")]
    [InlineData("http://example.org", "http://example.org/")]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("JavaScript:alert(1)", null)]
    [InlineData("data:text/html,<script>alert(1)</script>", null)]
    [InlineData("file:///etc/passwd", null)]
    [InlineData("//example.org/p", null)]
    [InlineData("https://bank.example@evil.example/", null)]
    [InlineData("not a url", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void From_Url_IsHttpOrAbsent(string? url, string? expected)
    {
        var view = PostView.From(Some.Scored("a", url: url), maxTextChars: 100);

        Assert.Equal(expected, view.Url);
    }

    [Fact]
    public void From_LongText_IsCutAndSaysSo()
    {
        var view = PostView.From(Some.Scored("a", new string('x', 500)), maxTextChars: 100);

        Assert.Equal(100, view.Text.Length);
        Assert.True(view.Cut);
    }

    [Fact]
    public void From_CutInsideASurrogatePair_LeavesItOut()
    {
        var view = PostView.From(Some.Scored("a", new string('x', 99) + "😀 and more"), maxTextChars: 100);

        Assert.Equal(new string('x', 99), view.Text);
    }

    [Fact]
    public void From_ManyLongTopics_AreBounded()
    {
        var topics = Enumerable.Range(0, 500).Select(n => $"{n} {new string('t', 1000)}").ToList();

        var view = PostView.From(Some.Scored("a", topics: topics), maxTextChars: 100);

        Assert.Equal(20, view.Topics!.Count);
        Assert.All(view.Topics, topic => Assert.Equal(100, topic.Length));
    }

    [Fact]
    public void From_TopicsWithoutAName_AreLeftOut()
    {
        var view = PostView.From(Some.Scored("a", topics: ["", " ", null!, "fed"]), maxTextChars: 100);

        Assert.Equal(["fed"], view.Topics!);
    }

    [Fact]
    public void From_TopicTwiceInTwoCases_IsThereOnce()
    {
        var view = PostView.From(Some.Scored("a", topics: ["Fed", "fed", "FED"]), maxTextChars: 100);

        Assert.Equal(["Fed"], view.Topics!);
    }
}
