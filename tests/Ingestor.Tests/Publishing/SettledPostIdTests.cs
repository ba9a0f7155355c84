using System.Text;
using Moodstream.Contracts;
using Moodstream.Ingestor.Publishing;

namespace Moodstream.Ingestor.Tests.Publishing;

public sealed class SettledPostIdTests
{
    [Theory]
    [InlineData("""{"post":{"id":"x:1","text":"t"},"tokens":3}""", "x:1")]
    [InlineData("""{"later":{"id":"no"},"post":{"author":["id"],"id":"a@2"}}""", "a@2")]
    [InlineData("""{"post":{"id":"caf\u00e9"}}""", "café")]
    public void Read_ScoredPost_IsThePostsId(string json, string id)
    {
        Assert.Equal(id, Read(Topics.Scored, json));
    }

    [Theory]
    [InlineData("""{"id":"x:1","post":{"id":"of the post"},"reason":"refused"}""", "x:1")]
    [InlineData("""{"raw":"AA==","id":"x:2","reason":"malformed"}""", "x:2")]
    public void Read_RejectedPost_IsItsId(string json, string id)
    {
        Assert.Equal(id, Read(Topics.Rejected, json));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":"x:1"}""")]
    [InlineData("""{"post":null}""")]
    [InlineData("""{"post":{"id":5}}""")]
    [InlineData("""{"post":{"id":"x""")]
    [InlineData("""{"post":{"id":"\ud83d"}}""")]
    public void Read_NoId_IsNull(string json)
    {
        Assert.Null(Read(Topics.Scored, json));
    }

    private static string? Read(string topic, string json) => SettledPostId.Read(topic, Encoding.UTF8.GetBytes(json));
}
