using Moodstream.Bench.Rounds;

namespace Moodstream.Bench.Tests;

public sealed class PairedRoundsTests
{
    private readonly List<string> _calls = [];

    [Fact]
    public async Task RunAsync_TwoPairs_AlternatesWhoGoesFirst()
    {
        await RunAsync(2, new Pair("p", Fixed("a", 1), Fixed("b", 1)), new Pair("q", Fixed("c", 1), Fixed("d", 1)));

        Assert.Equal(
            ["b-1", "a-1", "c-1", "d-1", "a0", "b0", "d0", "c0", "b1", "a1", "c1", "d1"], _calls);
    }

    [Fact]
    public async Task RunAsync_SlowWarmUp_IsNotCounted()
    {
        var ours = new Contender("ours", (round, _) => Task.FromResult(new Measurement(10, round < 0 ? 1000 : 1)));

        var result = await RunAsync(3, new Pair("p", ours, Fixed("b", 1)));

        Assert.Equal(3, result[0].Subject.Count);
        Assert.Equal(1, result[0].Ratio.Least);
    }

    [Fact]
    public async Task Ratio_MachineSlowsDown_IsTakenRoundByRound()
    {
        // Both sides get slower and slower, ours stays twice as fast.
        var ours = new Contender("ours", (round, _) => Task.FromResult(new Measurement(10, 1 + round)));
        var theirs = new Contender("theirs", (round, _) => Task.FromResult(new Measurement(10, 2 + (2 * round))));

        var result = await RunAsync(5, new Pair("p", ours, theirs));

        Assert.Equal((2, 2, 2), (result[0].Ratio.Least, result[0].Ratio.Median, result[0].Ratio.Most));
    }

    [Theory]
    [InlineData(0.9, true)]
    [InlineData(1.1, false)]
    [InlineData(null, null)]
    public async Task Met_RatioOne_ComparesWithFloor(double? floor, bool? met)
    {
        var result = await RunAsync(1, new Pair("p", Fixed("a", 1), Fixed("b", 1), floor));

        Assert.Equal(met, result[0].Met);
    }

    [Fact]
    public async Task RunAsync_DifferentCounts_ComparesRates()
    {
        var ours = new Contender("ours", (_, _) => Task.FromResult(new Measurement(300, 1)));

        var result = await RunAsync(1, new Pair("p", ours, Fixed("b", 1)));

        Assert.Equal(30, result[0].Ratio.Median);
    }

    [Fact]
    public async Task RunAsync_Gap_IsWaitedOutBeforeEveryMeasurement()
    {
        var clock = new ManualTimeProvider();
        var gap = TimeSpan.FromMilliseconds(300);
        var rounds = new PairedRounds(1, gap, clock, TextWriter.Null);

        var run = rounds.RunAsync([new Pair("p", Fixed("a", 1), Fixed("b", 1))], CancellationToken.None);
        var before = _calls.Count;
        clock.Advance(gap);
        var behindOneGap = _calls.Count;
        clock.Advance(gap);
        clock.Advance(gap);
        clock.Advance(gap);
        await run.DefaultTimeout();

        Assert.Equal((0, 1, 4), (before, behindOneGap, _calls.Count));
    }

    private Contender Fixed(string name, double seconds) => new(name, (round, _) =>
    {
        _calls.Add($"{name}{round}");
        return Task.FromResult(new Measurement(10, seconds));
    });

    private static Task<IReadOnlyList<PairResult>> RunAsync(int rounds, params Pair[] pairs) =>
        new PairedRounds(rounds, TimeSpan.Zero, TimeProvider.System, TextWriter.Null)
            .RunAsync(pairs, CancellationToken.None).DefaultTimeout();
}
