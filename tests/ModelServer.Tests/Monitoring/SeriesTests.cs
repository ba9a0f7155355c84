using System.Text;
using Moodstream.ModelServer.Monitoring;

namespace Moodstream.ModelServer.Tests.Monitoring;

public sealed class SeriesTests
{
    [Theory]
    [InlineData(0, 1, 1, 1)]
    [InlineData(10, 1, 1, 1)]
    [InlineData(10.001, 0, 1, 1)]
    [InlineData(20, 0, 1, 1)]
    [InlineData(21, 0, 0, 1)]
    [InlineData(double.PositiveInfinity, 0, 0, 1)]
    public void Histogram_ValueAtABound_IsInItsBucket(double value, int ten, int twenty, int all)
    {
        var histogram = new HistogramSeries([10, 20]);

        histogram.Record(value);

        Assert.StartsWith(
            $"h_bucket{{a=\"b\",le=\"10\"}} {ten}\nh_bucket{{a=\"b\",le=\"20\"}} {twenty}\nh_bucket{{a=\"b\",le=\"+Inf\"}} {all}\n",
            Text(histogram, "a=\"b\""),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Histogram_Scale_IsAppliedToBucketsAndSum()
    {
        var histogram = new HistogramSeries([10], scale: 1000);

        histogram.Record(0.25);

        Assert.Equal("h_bucket{le=\"10\"} 0\nh_bucket{le=\"+Inf\"} 1\nh_sum 250\nh_count 1\n", Text(histogram, ""));
    }

    [Fact]
    public void Record_ManyThreads_LosesNothing()
    {
        var histogram = new HistogramSeries([1, 2, 3]);
        var counter = new CounterSeries();

        Parallel.For(0, 100_000, i =>
        {
            histogram.Record(i % 4);
            counter.Record(2);
        });

        Assert.EndsWith("h_sum 150000\nh_count 100000\n", Text(histogram, ""), StringComparison.Ordinal);
        Assert.Equal("h 200000\n", Text(counter, ""));
    }

    [Fact]
    public void Gauge_SeveralValues_ShowsTheLast()
    {
        var gauge = new GaugeSeries();
        gauge.Record(2);

        gauge.Record(0.5);

        Assert.Equal("h{a=\"b\"} 0.5\n", Text(gauge, "a=\"b\""));
    }

    private static string Text(ISeries series, string labels)
    {
        var page = new StringBuilder();
        series.Write(page, "h", labels);
        return page.ToString();
    }
}
