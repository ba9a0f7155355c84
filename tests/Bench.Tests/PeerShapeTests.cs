using Moodstream.Bench.Scoring;
using Moodstream.Bench.Peers;
using Moodstream.Bench.Rounds;

namespace Moodstream.Bench.Tests;

public sealed class PeerShapeTests
{
    // Post i is [i, 0, 0, …]: its first id says which it is, its length is scattered.
    private static readonly int[][] Posts =
        [.. Enumerable.Range(0, 1000).Select(i => (int[])[i, .. new int[i * 7919 % 100]])];

    public static TheoryData<string> Shapes => ["150", "longest", "sorted"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void At_AnyRound_BothSidesGetTheSamePosts(string name)
    {
        var slice = Shape(name).At(3);

        Assert.Equal(128, slice.Posts.Count);
        Assert.Equal(Firsts(slice.Posts).Order(), Firsts(slice.Batches.SelectMany(b => b.Posts)).Order());
        Assert.All(slice.Batches, b => Assert.True(b.Posts.All(p => p.Length <= b.Width)));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void At_NextRound_OtherPosts(string name)
    {
        var shape = Shape(name);

        Assert.NotEqual(Firsts(shape.At(0).Posts), Firsts(shape.At(1).Posts));
    }

    [Fact]
    public void At_WarmUp_TakesTheLastPosts() =>
        Assert.Equal(Enumerable.Range(872, 128), Firsts(Shape("longest").At(-1).Posts));

    [Fact]
    public void At_PaddedToLongest_WidthIsLongestPostOfEachBatch() =>
        Assert.All(Shape("longest").At(0).Batches, b => Assert.Equal(b.Posts.Max(p => p.Length), b.Width));

    [Fact]
    public void At_Sorted_PadsLittleAndSpansAllLengths()
    {
        var slice = Shape("sorted").At(0);

        var padding = slice.Batches.Sum(b => b.Tokens) / (double)slice.Posts.Sum(p => p.Length);
        Assert.InRange(padding, 1, 1.1);
        Assert.True(slice.Batches.Min(b => b.Width) < 25 && slice.Batches.Max(b => b.Width) > 75);
    }

    [Fact]
    public void At_Sorted_OursComeInOrderOfArrival()
    {
        var ours = Firsts(Shape("sorted").At(0).Posts).ToArray();

        Assert.Equal(ours.Order(), ours);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void CompareRows_PeerAnswersInItsOwnOrder_IsHeldAgainstTheRightPost(string name)
    {
        var slice = Shape(name).At(0);
        slice.Compare("ours", [.. Firsts(slice.Posts).Select(i => (float)i)]);

        slice.CompareRows("theirs", [.. Firsts(slice.Batches.SelectMany(b => b.Posts)).Select(i => (float)i)]);
    }

    [Fact]
    public void CompareRows_OneWrongRow_Throws()
    {
        var slice = Shape("sorted").At(0);
        slice.Compare("ours", [.. Firsts(slice.Posts).Select(i => (float)i)]);
        float[] rows = [.. Firsts(slice.Batches.SelectMany(b => b.Posts)).Select(i => (float)i)];
        rows[5] += 1;

        Assert.Throws<WrongAnswerException>(() => slice.CompareRows("theirs", rows));
    }

    [Fact]
    public async Task Ours_EngineThatAnswersByFirstId_MeasuresTheRoundsPosts()
    {
        var shape = Shape("longest");
        var ours = Peer.Ours(ScoreByFirstId, classes: 1, shape);

        var measurement = await ours.MeasureAsync(2, CancellationToken.None).DefaultTimeout();

        Assert.Equal(new Measurement(128, 0.5), measurement);
        var slice = shape.At(2);
        slice.CompareRows("theirs", [.. Firsts(slice.Batches.SelectMany(b => b.Posts)).Select(i => (float)i)]);
    }

    private static Measurement ScoreByFirstId(IReadOnlyList<PackedBatch> batches, float[] logits)
    {
        var done = 0;
        foreach (var batch in batches)
        {
            var start = 0;
            foreach (var length in batch.Lengths)
            {
                logits[done++] = batch.Ids[start];
                start += length;
            }
        }

        return new Measurement(done, 0.5);
    }

    private static IEnumerable<int> Firsts(IEnumerable<int[]> posts) => posts.Select(p => p[0]);

    private static PeerShape Shape(string name) => name switch
    {
        "150" => PeerShape.PaddedTo150(Posts, 128),
        "longest" => PeerShape.PaddedToLongest(Posts, 128),
        _ => PeerShape.Sorted(Posts, 128),
    };
}
