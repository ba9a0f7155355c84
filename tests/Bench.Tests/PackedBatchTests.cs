using Moodstream.Bench.Scoring;

namespace Moodstream.Bench.Tests;

public sealed class PackedBatchTests
{
    private static readonly int[][] Posts = [[1, 2, 3], [4], [5, 6], [7, 8, 9]];

    [Fact]
    public void Pack_TokenLimit_FillsEachBatch()
    {
        var batches = PackedBatch.Pack(Posts, int.MaxValue, 5);

        Assert.Equal([[1, 2, 3, 4], [5, 6, 7, 8, 9]], batches.Select(b => b.Ids));
        Assert.Equal([[3, 1], [2, 3]], batches.Select(b => b.Lengths));
    }

    [Fact]
    public void Pack_PostLimit_EndsBatch()
    {
        var batches = PackedBatch.Pack(Posts, 3, int.MaxValue);

        Assert.Equal([[3, 1, 2], [3]], batches.Select(b => b.Lengths));
    }

    [Fact]
    public void Pack_PostOverTokenLimit_Throws() =>
        Assert.Throws<ArgumentException>(() => PackedBatch.Pack(Posts, 3, 2));
}
