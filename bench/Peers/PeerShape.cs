using Moodstream.Bench.OnnxRuntime;

namespace Moodstream.Bench.Peers;

/// <summary>A way the peer batches posts, and how many of them a round takes; each round takes others.</summary>
internal sealed class PeerShape
{
    /// <summary>Posts in a batch, ours too.</summary>
    public const int BatchSize = 32;

    private readonly Func<int, PeerSlice> _slice;
    private (int Round, PeerSlice Slice)? _last;

    private PeerShape(string name, Func<int, PeerSlice> slice)
    {
        Name = name;
        _slice = slice;
    }

    /// <summary>As tables show it.</summary>
    public string Name { get; }

    /// <summary>Every row as wide as the original article's: 150 ids.</summary>
    public static PeerShape PaddedTo150(IReadOnlyList<int[]> posts, int perRound) =>
        new("padded to 150", round => InOrder(posts, round, perRound, 150));

    /// <summary>Rows as wide as the longest post of their batch.</summary>
    public static PeerShape PaddedToLongest(IReadOnlyList<int[]> posts, int perRound) =>
        new("padded to longest", round => InOrder(posts, round, perRound, null));

    /// <summary>
    /// All posts sorted by length before they are cut into batches; a round takes batches spread evenly over the whole,
    /// so that it is as long in the mean and as little padded as sorting all of them makes it.
    /// </summary>
    public static PeerShape Sorted(IReadOnlyList<int[]> posts, int perRound)
    {
        int[][] batches = [.. Enumerable.Range(0, posts.Count).OrderBy(i => posts[i].Length).Chunk(BatchSize)];
        return new PeerShape("globally sorted", round => Spread(posts, batches, round, perRound / BatchSize));
    }

    /// <summary>The posts of a round; both sides of a pair get the same slice.</summary>
    public PeerSlice At(int round)
    {
        if (_last?.Round != round)
        {
            _last = (round, _slice(round));
        }

        return _last.Value.Slice;
    }

    private static PeerSlice InOrder(IReadOnlyList<int[]> posts, int round, int count, int? width)
    {
        // The warm-up is round −1: it takes the posts before round 0's, which are the last.
        var start = Modulo(round * count, posts.Count);
        int[][] slice = [.. Enumerable.Range(start, count).Select(i => posts[i % posts.Count])];
        return new PeerSlice(slice, [.. Enumerable.Range(0, count)], PaddedBatch.Cut(slice, BatchSize, width));
    }

    private static PeerSlice Spread(IReadOnlyList<int[]> posts, int[][] batches, int round, int count)
    {
        var taken = Enumerable.Range(0, count)
            .Select(i => batches[Modulo((i * batches.Length / count) + round, batches.Length)]).ToArray();
        int[] rows = [.. taken.SelectMany(b => b)];
        int[] arrival = [.. rows.Order()];
        return new PeerSlice(
            [.. arrival.Select(i => posts[i])],
            [.. rows.Select(i => Array.BinarySearch(arrival, i))],
            [.. taken.SelectMany(b => PaddedBatch.Cut(b.Select(i => posts[i]), BatchSize))]);
    }

    private static int Modulo(int value, int modulus) => ((value % modulus) + modulus) % modulus;
}
