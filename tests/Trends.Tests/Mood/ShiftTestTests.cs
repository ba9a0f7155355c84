using Moodstream.Contracts;
using Moodstream.Trends.Mood;
using Xunit.Abstractions;

namespace Moodstream.Trends.Tests.Mood;

/// <summary>How often the test cries wolf, and what it sees.</summary>
public sealed class ShiftTestTests(ITestOutputHelper output)
{
    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var stream in Streams.ByName.Keys)
            {
                cases.Add(stream, 30);
                cases.Add(stream, 150);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Significance_NoShift_IsAtMostAsOftenSmallAsItSays(string stream, int posts)
    {
        const int Trials = 10_000;
        var random = new Random(11);
        var score = Streams.ByName[stream];
        var found = new double[Trials];
        for (var trial = 0; trial < Trials; trial++)
        {
            found[trial] = ShiftTest.Significance(Sample(random, score, posts), Sample(random, score, posts * 10));
        }

        foreach (var level in new[] { 0.1, 0.01, 0.001, 1e-4 })
        {
            var alarms = found.Count(s => s <= level);
            output.WriteLine($"{stream}, {posts} posts: {alarms} of {Trials} at {level}, {level * Trials:F0} stated");
            Assert.InRange(alarms, 0, level * Trials);
        }
    }

    [Theory]
    [InlineData(0.5f, 0.5f, 30, 300, 1)]
    [InlineData(0.5f, 0.5f, 29, 300, 1)]
    [InlineData(0.9f, -0.9f, 29, 300, 1)]
    [InlineData(0.9f, -0.9f, 300, 29, 1)]
    public void Significance_NothingToTell_IsOne(float score, float before, int posts, int postsBefore, double expected) =>
        Assert.Equal(expected, ShiftTest.Significance(Constant(score, posts), Constant(before, postsBefore)));

    [Fact]
    public void Significance_ByHand_IsTheFormula()
    {
        // 50 scores of 0.8 after 450 of 0: mean of all 0.08, their variance (50·0.72² + 450·0.08²)/499 = 0.0577154,
        // V = 0.0577154·(1/50 + 1/450) = 0.00128256, b = 0.04, exponent 0.64/(2·(0.00128256 + 0.04·0.8/3)) = 26.78.
        var significance = ShiftTest.Significance(Constant(0.8f, 50), Constant(0, 450));

        Assert.Equal(26.78, -Math.Log(significance / 2), 2);
    }

    [Theory]
    [InlineData(30, 0.9f)]
    [InlineData(150, 0.5f)]
    [InlineData(1000, 0.25f)]
    public void Significance_ShiftOfThatSize_IsFoundNearlyAlways(int posts, float shift)
    {
        var random = new Random(5);
        var found = 0;
        for (var trial = 0; trial < 200; trial++)
        {
            var before = Sample(random, r => Clamped((r.NextSingle() * 1.2f) - 0.6f - (shift / 2)), posts * 10);
            var window = Sample(random, r => Clamped((r.NextSingle() * 1.2f) - 0.6f + (shift / 2)), posts);
            found += ShiftTest.Significance(window, before) <= 1e-4 ? 1 : 0;
        }

        output.WriteLine($"{posts} posts, shift of {shift}: found {found} of 200");
        Assert.InRange(found, 190, 200);
    }

    private static float Clamped(float score) => Math.Clamp(score, -1, 1);

    private static Tally Constant(float score, int posts) => Sample(new Random(0), _ => score, posts);

    private static Tally Sample(Random random, Func<Random, float> score, int posts)
    {
        var sum = default(Tally);
        for (var n = 0; n < posts; n++)
        {
            sum += Tally.Of(SentimentLabel.Neutral, score(random));
        }

        return sum;
    }
}
