using Moodstream.Bert.Engine;
using Moodstream.Bert.Tests.Golden;

namespace Moodstream.Bert.Tests;

/// <summary>Same post, same score (guarantee 6), and no memory taken on the way.</summary>
public sealed class SameBitsTests(LoadedModels models) : IClassFixture<LoadedModels>
{
    private const int Texts = 60;

    private static readonly int[][] Ids = [.. new TweetGoldens().Ids.Where((_, i) => i % 8 == 0).Take(Texts)];

    public static TheoryData<int> Widths => [.. VectorWidth.Supported];

    [Theory]
    [MemberData(nameof(Widths))]
    public void ScoreIds_AloneOrInAnyBatchOnAnyThreads_GivesTheSameBits(int width)
    {
        using var lone = models.Tweets.CreateScorer(new BertScorerOptions { Threads = 1 }, width);
        var expected = Ids.Select(ids => string.Join(' ', lone.Score(3, [ids]).Bits())).ToArray();

        foreach (var threads in new[] { 1, 2, 3 })
        {
            using var scorer = models.Tweets.CreateScorer(new BertScorerOptions { Threads = threads }, width);
            foreach (var seed in Enumerable.Range(0, 4))
            {
                var order = Enumerable.Range(0, Texts).ToArray();
                new Random(seed).Shuffle(order);
                var chosen = order[..(Texts - (seed * 7))];

                var logits = scorer.Score(3, chosen.Select(i => Ids[i]));

                var actual = logits.Chunk(3).Select(l => string.Join(' ', l.Bits()));
                Assert.Equal(chosen.Select(i => expected[i]), actual);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ScoreIds_OnceWarm_AllocatesNothing(int threads)
    {
        using var scorer = models.Tweets.CreateScorer(new BertScorerOptions { Threads = threads });
        int[] ids = [.. Ids.SelectMany(i => i)];
        int[] lengths = [.. Ids.Select(i => i.Length)];
        var logits = new float[Texts * 3];
        scorer.ScoreIds(new TokenBatch(ids, lengths), logits);
        scorer.ScoreIds(new TokenBatch(ids, lengths), logits);
        var before = GC.GetAllocatedBytesForCurrentThread();

        scorer.ScoreIds(new TokenBatch(ids, lengths), logits);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void ScoreTexts_OnceWarm_AllocatesNothing()
    {
        using var scorer = models.Tweets.CreateScorer(new BertScorerOptions { Threads = 1 });
        string[] texts = ["I love this so much!! 😍", "the train is late again", "RT @ana: https://e.org/1 ok"];
        var logits = new float[9];
        var lengths = new Text.EncodedLength[3];
        scorer.ScoreTexts(texts, logits, lengths);
        var allocated = new long[5];

        for (var i = 0; i < allocated.Length; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            scorer.ScoreTexts(texts, logits, lengths);
            allocated[i] = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // The least: a full collection, of another test perhaps, empties the pool that buffers come from.
        Assert.Equal(0, allocated.Min());
        Assert.True(logits[2] > logits[0], "a glad post scored as a sad one");
    }

    [Theory]
    [InlineData(new[] { 2, 100, 3 }, new[] { 3 }, null, "token id 1: expected 0 to 99, got 100")]
    [InlineData(new[] { 2, -1, 3 }, new[] { 3 }, null, "token id 1: expected 0 to 99, got -1")]
    [InlineData(new[] { 2, 5, 3 }, new[] { 2 }, null, "sum to the number of token ids, 3; got 2")]
    [InlineData(new[] { 2, 5, 3 }, new[] { 3, 0 }, null, "sequence 1: expected 1 to")]
    [InlineData(new[] { 2, 5, 3 }, new[] { 3 }, new[] { 1, 2, 1 }, "mask 1: expected 0 or 1, got 2")]
    [InlineData(new[] { 2, 5, 3 }, new[] { 3 }, new[] { 1 }, "a mask as long as the token ids, 3; got 1")]
    public void ScoreIds_OutOfRange_NamesIndexAndValue(int[] ids, int[] lengths, int[]? mask, string expected)
    {
        using var scorer = models.Tiny.CreateScorer(new BertScorerOptions { Threads = 1 });

        var error = Assert.ThrowsAny<ArgumentException>(
            () => scorer.ScoreIds(new TokenBatch(ids, lengths, mask: mask), new float[6]));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ScoreIds_NoRoomForTheLogits_Throws()
    {
        using var scorer = models.Tiny.CreateScorer(new BertScorerOptions { Threads = 1 });

        Assert.Throws<ArgumentException>(() => scorer.ScoreIds(new TokenBatch([2, 3], [2]), new float[2]));
    }

    [Fact]
    public void ScoreIds_Disposed_Throws()
    {
        var scorer = models.Tiny.CreateScorer(new BertScorerOptions { Threads = 2 });
        scorer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => scorer.ScoreIds(new TokenBatch([2, 3], [2]), new float[3]));
    }

    [Theory]
    [InlineData("64")]
    [InlineData("1024")]
    [InlineData("wide")]
    public void Choose_NoSuchWidth_NamesThoseThereAre(string wanted)
    {
        var error = Assert.Throws<InvalidOperationException>(() => VectorWidth.Choose(wanted));

        Assert.Contains("MOODSTREAM_VECTOR", error.Message, StringComparison.Ordinal);
        Assert.Contains("128", error.Message, StringComparison.Ordinal);
    }
}
