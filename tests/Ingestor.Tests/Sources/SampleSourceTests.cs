using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor.Tests.Sources;

public sealed class SampleSourceTests
{
    private static readonly SamplePost[] Posts =
        [new("ann", ["rain"], "wet"), new("bob", null, "dry"), new("cy", null, "")];

    [Fact]
    public async Task ReadAsync_FromTheBeginning_NumbersRunLapAndPost()
    {
        var source = new SampleSource(Posts, new ManualTimeProvider());
        var run = source.Resume(null).Mark;

        var items = await TakeAsync(source, default, 4);

        Assert.Equal(
            [$"sample:{run}:1:1", $"sample:{run}:1:2", $"sample:{run}:1:3", $"sample:{run}:2:1"],
            items.Select(i => i.Post?.Id));
        var next = items[3].Post;
        Assert.Equal(("wet", "ann", "rain"), (next?.Text, next?.Author, next?.Topics?.Single()));
    }

    [Fact]
    public async Task ReadAsync_BehindAPosition_GoesOnInTheSameRun()
    {
        var source = new SampleSource(Posts, new ManualTimeProvider());
        var resumption = source.Resume("0123abcd");

        var items = await TakeAsync(source, new SourcePosition(3).Next, 1);

        Assert.Null(resumption.Obstacle);
        Assert.Equal((new SourcePosition(4), "sample:0123abcd:2:2"), (items[0].Position, items[0].Post?.Id));
    }

    [Fact]
    public void Resume_TwoFirstStarts_AreTwoRuns()
    {
        var first = new SampleSource(Posts, new ManualTimeProvider()).Resume(null);
        var second = new SampleSource(Posts, new ManualTimeProvider()).Resume(null);

        Assert.NotEqual(first.Mark, second.Mark);
    }

    [Fact]
    public void Load_BundledPosts_AreOnePerLineWithoutRepeats()
    {
        var posts = SamplePosts.Load();

        Assert.InRange(posts.Count, 300, int.MaxValue);
        Assert.Equal(posts.Count, posts.Select(p => p.Text).Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("only one column\n")]
    [InlineData("ann\train\n")]
    [InlineData("\train\tno author\n")]
    [InlineData("ann\train\ttext\tand more\n")]
    public void Parse_AnotherForm_IsRefused(string text)
    {
        Assert.Throws<FormatException>(() => SamplePosts.Parse(new StringReader(text)));
    }

    private static async Task<List<SourceItem>> TakeAsync(SampleSource source, SourcePosition from, int count)
    {
        var items = new List<SourceItem>();
        await foreach (var item in source.ReadAsync(from, CancellationToken.None))
        {
            items.Add(item);
            if (items.Count == count)
            {
                break;
            }
        }

        return items;
    }
}
