using System.Text.Json;
using Moodstream.Bench.Pipeline;

namespace Moodstream.Bench.Tests;

public sealed class EventPostsTests
{
    [Theory]
    [InlineData("""{"posts":[{"id":"a","negative":0.5},{"id":"b","negative":0.5}],"deleted":["c"]}""", "a b")]
    [InlineData("""{"posts":[{"post":{"id":"a"},"sentiment":{"negative":0.5}}]}""", "a")]
    [InlineData("""{"post":{"id":"a"},"sentiment":{"negative":0.5}}""", "a")]
    [InlineData("""{"state":{"posts":12,"topics":[{"id":"x"}]},"posts":[]}""", "")]
    [InlineData("""[1,null,"posts"]""", "")]
    public void Find_FormsOfAnEvent_EveryPostOnce(string json, string ids)
    {
        using var data = JsonDocument.Parse(json);

        var found = EventPosts.Find(data.RootElement);

        Assert.Equal(ids, string.Join(' ', found.Select(p => p.Id)));
        Assert.All(found, p => Assert.Equal(0.5, p.Mood.GetProperty("negative").GetDouble()));
    }
}
