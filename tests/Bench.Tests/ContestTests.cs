using Moodstream.Bench.Peers;
using Moodstream.Bench.Rounds;

namespace Moodstream.Bench.Tests;

public sealed class ContestTests
{
    private static readonly Contender Nobody = new("", (_, _) => Task.FromResult(new Measurement(1, 1)));

    [Fact]
    public void WithFloors_TwoVariantsAndOneOutOfContest_FloorIsHeldAgainstTheFasterVariant()
    {
        Contest[] contests =
        [
            Contest("1 plain", 1, 1.3), Contest("2 plain", 2, 1.3), Contest("1 fused", 1, 1.3),
            Contest("1 trick", 1, null),
        ];
        var results = contests.Zip([2.0, 1.5, 1.2, 0.8], (c, ratio) => new PairResult(
            c.Pair, [new Measurement(1, 1)], [new Measurement(1, ratio)]));

        var ordered = Peers.Contest.WithFloors(contests, [.. results]);

        Assert.Equal(
            [("1 plain", null), ("1 fused", false), ("1 trick", null), ("2 plain", true)],
            ordered.Select(r => (r.Pair.Name, r.Met)));
    }

    private static Contest Contest(string name, int threads, double? floor) =>
        new(new Pair(name, Nobody, Nobody), (threads, "sorted"), floor);
}
