using Moodstream.Bench.Scoring;

namespace Moodstream.Bench.Tests;

public sealed class GoldensTests
{
    [Fact]
    public void Read_BundledModel_ThreeLogitsPerText()
    {
        var goldens = Goldens.Read(Repository.Model);

        Assert.Equal(490, goldens.Ids.Count);
        Assert.Equal(490 * 3, goldens.Logits.Length);
    }

    [Fact]
    public void Every_EighthText_KeepsItsLogits()
    {
        var goldens = Goldens.Read(Repository.Model);

        var some = goldens.Every(8);

        Assert.Equal(62, some.Ids.Count);
        Assert.Equal(goldens.Ids[16], some.Ids[2]);
        Assert.Equal(goldens.Logits[(16 * 3)..(17 * 3)], some.Logits[(2 * 3)..(3 * 3)]);
    }

    [Fact]
    public void Check_WithinTolerance_GivesLargestDifference()
    {
        var worst = Goldens.Check("x", [1, 2], [1.00001f, 2.00005f]);

        Assert.InRange(worst, 4e-5, 6e-5);
    }

    [Theory]
    [InlineData(2.0002f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Check_WrongNumber_Throws(float wrong) =>
        Assert.Throws<WrongAnswerException>(() => Goldens.Check("x", [1, 2], [1, wrong]));

    [Fact]
    public void Check_MissingNumber_Throws() =>
        Assert.Throws<WrongAnswerException>(() => Goldens.Check("x", [1, 2], [1]));
}
