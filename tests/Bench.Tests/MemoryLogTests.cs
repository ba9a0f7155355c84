using Moodstream.Bench.Pipeline;

namespace Moodstream.Bench.Tests;

public sealed class MemoryLogTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(10, true)]
    [InlineData(50, false)]
    public void IsFlat_GrowthPerTenth_ComparesLastFifthWithSecond(double growth, bool flat)
    {
        var log = new MemoryLog();
        for (var posts = 5_000; posts < 100_000; posts += 10_000)
        {
            log.Add(posts, 1000 + (growth * posts / 10_000));
        }

        Assert.Equal(flat, log.IsFlat(100_000));
    }

    [Fact]
    public void IsFlat_TooFewPostsToFillTheBoundedMemories_SaysNothing()
    {
        var log = new MemoryLog();
        log.Add(300, 100);
        log.Add(900, 200);

        Assert.Null(log.IsFlat(1000));
        Assert.Equal(1, log.Growth(1000));
    }

    [Fact]
    public void IsFlat_NoSamples_SaysNothing() => Assert.Null(new MemoryLog().IsFlat(100_000));

    [Fact]
    public void Tenths_SamplesBeforeTheFirstPost_AreLeftOut()
    {
        var log = new MemoryLog();
        log.Add(0, 10);
        log.Add(5, 200);
        log.Add(6, 300);

        Assert.Equal([250, null, null, null, null, null, null, null, null, null], log.Tenths(100));
    }
}
