using Moodstream.Bench.Rounds;

namespace Moodstream.Bench.Tests;

public sealed class SpreadTests
{
    [Theory]
    [InlineData(new[] { 5.0 }, 5, 5, 5)]
    [InlineData(new[] { 9.0, 1, 5 }, 3, 5, 7)]
    [InlineData(new[] { 4.0, 1, 3, 2 }, 1.75, 2.5, 3.25)]
    public void Quartiles_OfValuesInAnyOrder_AreInterpolated(double[] values, double lower, double median, double upper)
    {
        var spread = new Spread(values);

        Assert.Equal((lower, median, upper), (spread.LowerQuartile, spread.Median, spread.UpperQuartile));
    }

    [Fact]
    public void Ctor_NoValues_Throws() => Assert.Throws<ArgumentException>(() => new Spread([]));
}
