using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.BuildingBlocks.Tests;

public sealed class RepeatFilterTests
{
    [Fact]
    public void TryAdd_KnownId_IsFalse()
    {
        var filter = new RepeatFilter(capacity: 2);

        Assert.True(filter.TryAdd("a"));
        Assert.False(filter.TryAdd("a"));
    }

    [Fact]
    public void TryAdd_BeyondCapacity_ForgetsTheOldest()
    {
        var filter = new RepeatFilter(capacity: 2);
        filter.TryAdd("a");
        filter.TryAdd("b");

        filter.TryAdd("c");

        Assert.False(filter.Contains("a"));
        Assert.True(filter.Contains("b"));
        Assert.True(filter.Contains("c"));
    }

    [Fact]
    public void Of_MoreSourcesThanTheBound_SharesOneFilter()
    {
        var filters = new SourceFilters(idsPerSource: 8);
        for (var n = 0; n < SourceFilters.MaxSources; n++)
        {
            filters.Of($"source {n}");
        }

        Assert.Same(filters.Of("one more"), filters.Of("and another"));
        Assert.NotSame(filters.Of("source 0"), filters.Of("source 1"));
    }
}
