using Moodstream.Bench.Rounds;
using Moodstream.Bench.Scoring;

namespace Moodstream.Bench.Peers;

/// <summary>Our engine against one variant of the peer, batching in one way.</summary>
internal sealed class Contest
{
    private readonly double? _floor;
    private readonly (int Threads, string Shape) _group;

    /// <summary>Sets up the pair.</summary>
    /// <param name="engine">Ours, with as many threads as the peer.</param>
    /// <param name="peer">Theirs.</param>
    /// <param name="shape">How the peer batches.</param>
    /// <param name="floor">Least ratio against the peer's best variant; null when this one does not take part.</param>
    public Contest(BareEngine engine, Peer peer, PeerShape shape, double? floor)
        : this(
            new Pair(
                $"{peer.Threads}t {shape.Name}, {peer.Variant}",
                Peer.Ours((batches, logits) => engine.Score(batches, logits), engine.Classes, shape),
                peer.On(shape)),
            (peer.Threads, shape.Name),
            floor)
    {
    }

    /// <summary>Takes a pair as it is.</summary>
    /// <param name="pair">The pair, without a floor.</param>
    /// <param name="group">What the variants that compete for being the best have in common.</param>
    /// <param name="floor">As above.</param>
    public Contest(Pair pair, (int Threads, string Shape) group, double? floor) =>
        (Pair, _group, _floor) = (pair, group, floor);

    /// <summary>The two sides.</summary>
    public Pair Pair { get; }

    /// <summary>
    /// Results in the order of threads and batches, the floor on the one of each group whose peer did best against us.
    /// </summary>
    public static IReadOnlyList<PairResult> WithFloors(
        IReadOnlyList<Contest> contests, IReadOnlyList<PairResult> results) =>
        [.. contests.Zip(results).GroupBy(c => c.First._group).SelectMany(g => WithFloor([.. g]))];

    private static IEnumerable<PairResult> WithFloor(IReadOnlyList<(Contest Contest, PairResult Result)> group)
    {
        var best = group.Where(c => c.Contest._floor is not null).MinBy(c => c.Result.Ratio.Median);
        return group.Select(c => c.Result with
        {
            Pair = c.Result.Pair with { Floor = c == best ? c.Contest._floor : null },
        });
    }
}
