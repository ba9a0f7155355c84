using Moodstream.Bert.Engine;

namespace Moodstream.Bert.Tests.Engine;

/// <summary>How a batch is cut into blocks.</summary>
public sealed class BatchPlanTests(LoadedModels models) : IClassFixture<LoadedModels>
{
    private const int MaxTokens = 4096;

    [Theory]
    [InlineData(1, 270, 1)]
    [InlineData(1, 512, 2)]
    [InlineData(1, 900, 4)]
    [InlineData(2, 270, 2)]
    [InlineData(2, 553, 2)]
    [InlineData(2, 1740, 6)]
    [InlineData(3, 2000, 9)]
    public void Take_Posts_AreEqualBlocksAsManyForEachThread(int threads, int tokens, int blocks)
    {
        var random = new Random(tokens);
        for (var round = 0; round < 100; round++)
        {
            var lengths = Lengths(random, tokens, longest: 60);

            var sizes = SizesOfBlocks(lengths, threads);

            Assert.Equal(blocks, sizes.Count);
            Assert.All(sizes, size => Assert.InRange(size, ((double)tokens / blocks) - 60, ((double)tokens / blocks) + 60));
        }
    }

    [Fact]
    public void Take_AnyLengths_FitInABlocksMemoryAndLeaveNoneOut()
    {
        var random = new Random(1);
        for (var round = 0; round < 1_000; round++)
        {
            var lengths = Lengths(random, random.Next(1, MaxTokens), longest: models.Tweets.Config.MaxPositions);

            var sizes = SizesOfBlocks(lengths, threads: random.Next(1, 5));

            Assert.Equal(lengths.Sum(), sizes.Sum());
            Assert.All(sizes, size => Assert.InRange(size, 1, Math.Max(BatchPlan.MostBlockTokens, models.Tweets.Config.MaxPositions)));
        }
    }

    private static int[] Lengths(Random random, int tokens, int longest)
    {
        var lengths = new List<int>();
        for (var left = tokens; left > 0; left -= lengths[^1])
        {
            lengths.Add(Math.Min(left, random.Next(1, longest + 1)));
        }

        return [.. lengths];
    }

    private List<int> SizesOfBlocks(int[] lengths, int threads)
    {
        var plan = new BatchPlan(models.Tweets.Config, MaxTokens);
        plan.Take(new TokenBatch(new int[lengths.Sum()], lengths), threads);
        var sizes = new List<int>();
        for (var block = 0; block < plan.Blocks; block++)
        {
            var size = 0;
            foreach (var sequence in plan.Block(block))
            {
                size += sequence.Tokens;
            }

            sizes.Add(size);
        }

        return sizes;
    }
}
