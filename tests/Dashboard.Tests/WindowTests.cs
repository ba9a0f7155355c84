using Moodstream.Dashboard.Board;

namespace Moodstream.Dashboard.Tests;

/// <summary>The sliding windows: rates and quantiles.</summary>
public sealed class WindowTests
{
    [Fact]
    public void PerSecond_SteadyStream_IsItsRate()
    {
        var rate = new RateWindow();
        for (var ms = 0; ms < 120_000; ms += 50)
        {
            rate.Add(TimeSpan.FromMilliseconds(ms));
        }

        var now = TimeSpan.FromSeconds(120);

        Assert.Equal(20, rate.PerSecond(now, seconds: 1));
        Assert.Equal(20, rate.PerSecond(now, seconds: 60));
    }

    [Fact]
    public void PerSecond_StreamYoungerThanTheWindow_IsOverItsAge()
    {
        var rate = new RateWindow();
        for (var ms = 10_000; ms < 14_000; ms += 100)
        {
            rate.Add(TimeSpan.FromMilliseconds(ms));
        }

        Assert.Equal(10, rate.PerSecond(TimeSpan.FromSeconds(14), seconds: 60));
    }

    [Fact]
    public void PerSecond_LongAfterTheLastEvent_IsNone()
    {
        var rate = new RateWindow();
        rate.Add(TimeSpan.FromSeconds(1));

        Assert.Equal(0, rate.PerSecond(TimeSpan.FromDays(400), seconds: 60));
    }

    [Fact]
    public void PerSecond_NothingYet_IsNone()
    {
        Assert.Equal(0, new RateWindow().PerSecond(TimeSpan.FromSeconds(5), seconds: 1));
    }

    [Fact]
    public void Read_SpreadOfDurations_IsWithinABucketOfTheQuantiles()
    {
        var window = new LatencyWindow();
        for (var ms = 1; ms <= 1000; ms++)
        {
            window.Add(TimeSpan.FromSeconds(ms % 30), TimeSpan.FromMilliseconds(ms));
        }

        var state = window.Read(TimeSpan.FromSeconds(30));

        Assert.NotNull(state);
        Assert.InRange(state.P50Seconds, 0.500 / 1.045, 0.500 * 1.045);
        Assert.InRange(state.P95Seconds, 0.950 / 1.045, 0.950 * 1.045);
    }

    [Fact]
    public void Read_AMinuteLater_HasNone()
    {
        var window = new LatencyWindow();
        window.Add(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(5));

        Assert.Null(window.Read(TimeSpan.FromSeconds(61)));
    }

    [Theory]
    [InlineData(-3600, 0.001)]
    [InlineData(0, 0.001)]
    [InlineData(86_400, 4194.304)]
    public void Read_DurationOutsideTheBuckets_CountsAsTheNearest(double seconds, double expected)
    {
        var window = new LatencyWindow();

        window.Add(TimeSpan.Zero, TimeSpan.FromSeconds(seconds));

        Assert.Equal(expected, window.Read(TimeSpan.Zero)!.P50Seconds);
    }
}
