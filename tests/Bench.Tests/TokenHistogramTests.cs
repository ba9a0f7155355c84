using Moodstream.Bench.Posts;

namespace Moodstream.Bench.Tests;

public sealed class TokenHistogramTests
{
    [Fact]
    public void Summary_KnownLengths_NearestRankPercentiles()
    {
        var histogram = new TokenHistogram(Enumerable.Range(1, 100));

        Assert.Equal("mean 50.5, p50 50, p95 95, p99 99, max 100", histogram.Summary);
    }

    [Fact]
    public void ToString_GapBetweenBins_ShowsEmptyBin()
    {
        var histogram = new TokenHistogram([3, 3, 20]);

        Assert.Equal(
            "  0-7        2 ########################################\n"
            + "  8-15       0\n"
            + " 16-23       1 ####################\n",
            histogram.ToString());
    }
}
