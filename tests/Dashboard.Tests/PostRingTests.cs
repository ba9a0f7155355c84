using System.Text;
using Moodstream.Dashboard.Board;

namespace Moodstream.Dashboard.Tests;

public sealed class PostRingTests
{
    [Fact]
    public void Read_FromAPosition_GivesWhatCameAfter()
    {
        var ring = RingOf(capacity: 10, "a", "b", "c");

        var slice = ring.Read(after: 1, maxEntries: 10, softMaxBytes: 1000);

        Assert.Equal(["b", "c"], Texts(slice));
        Assert.Equal((3, 0, false), (slice.Last, slice.Missed, slice.More));
    }

    [Fact]
    public void Read_MoreThanAsked_SaysSo()
    {
        var ring = RingOf(capacity: 10, "a", "b", "c");

        var slice = ring.Read(after: 0, maxEntries: 2, softMaxBytes: 1000);

        Assert.Equal(["a", "b"], Texts(slice));
        Assert.True(slice.More);
    }

    [Fact]
    public void Read_MoreBytesThanAsked_StopsAfterTheEntryThatExceeds()
    {
        var ring = RingOf(capacity: 10, "a", new string('b', 100), "c");

        var slice = ring.Read(after: 0, maxEntries: 10, softMaxBytes: 50);

        Assert.Equal(2, slice.Last);
        Assert.True(slice.More);
    }

    [Fact]
    public void Read_PositionNoLongerKept_CountsWhatIsMissed()
    {
        var ring = RingOf(capacity: 2, "a", "b", "c", "d");

        var slice = ring.Read(after: 1, maxEntries: 10, softMaxBytes: 1000);

        Assert.Equal(["c", "d"], Texts(slice));
        Assert.Equal(1, slice.Missed);
    }

    [Fact]
    public void AddPost_BeyondTheBytes_DropsTheOldest()
    {
        var ring = new PostRing(capacity: 100, maxBytes: 250);

        for (var n = 0; n < 10; n++)
        {
            ring.AddPost($"{n}", new byte[98]); // 100 with its id
        }

        Assert.Equal(9, ring.Oldest);
        Assert.Equal(10, ring.Newest);
    }

    [Fact]
    public void Delete_PostKept_TakesItOutAndSaysSo()
    {
        var ring = RingOf(capacity: 10, "a", "b");

        ring.Delete("a");

        var slice = ring.Read(after: 0, maxEntries: 10, softMaxBytes: 1000);
        Assert.Equal(["b"], Texts(slice));
        Assert.Equal(["a"], slice.Deleted);
        Assert.Equal(3, slice.Last);
    }

    [Fact]
    public void Delete_PostNoLongerKept_SaysSoAllTheSame()
    {
        var ring = RingOf(capacity: 2, "a", "b", "c");

        ring.Delete("a");

        Assert.Equal(["a"], ring.Read(after: 3, maxEntries: 10, softMaxBytes: 1000).Deleted);
    }

    [Fact]
    public void Delete_ManyTimesOver_KeepsCountOfTheBytes()
    {
        var ring = new PostRing(capacity: 4, maxBytes: 1000);

        for (var n = 0; n < 1000; n++)
        {
            ring.AddPost($"{n}", new byte[400]);
            ring.Delete($"{n}");
        }

        ring.AddPost("x", new byte[400]);
        ring.AddPost("y", new byte[400]);
        Assert.Equal(2, ring.Read(ring.Oldest - 1, maxEntries: 10, softMaxBytes: 10_000).Posts.Count);
    }

    private static PostRing RingOf(int capacity, params string[] ids)
    {
        var ring = new PostRing(capacity, maxBytes: 1_000_000);
        foreach (var id in ids)
        {
            ring.AddPost(id, Encoding.UTF8.GetBytes(id));
        }

        return ring;
    }

    private static IEnumerable<string> Texts(RingSlice slice) => slice.Posts.Select(Encoding.UTF8.GetString);
}
