using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Moodstream.Classifier.Batching;
using Moodstream.Classifier.Inference;
using Moodstream.Classifier.Tests.Inference;

namespace Moodstream.Classifier.Tests.Batching;

public sealed class BatchRunnerTests : IDisposable
{
    private readonly FakeModel _inference = new();
    private readonly SignallingTimeProvider _time = new();
    private readonly ServiceProvider _services =
        new ServiceCollection().AddMetrics().AddSingleton<ClassifierMetrics>().BuildServiceProvider();

    private readonly ScoringModel _model;
    private readonly ModelWatch _watch;
    private readonly BatchRunner _runner;

    public BatchRunnerTests()
    {
        _model = _inference.Model();
        var metrics = _services.GetRequiredService<ClassifierMetrics>();
        var caller = new ModelCaller(_inference, _time, metrics);
        _watch = new ModelWatch(_model, caller, _time, metrics, NullLogger.Instance);
        _runner = new BatchRunner(
            caller,
            _watch,
            new SentimentReader(_model.Folder, _model.Labels),
            _time,
            metrics,
            NullLogger.Instance);
    }

    public void Dispose()
    {
        _watch.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task Run_GoodBatch_ScoresAllInOneCall()
    {
        var posts = Posts("a", "bb", "ccc");

        await RunAsync(posts);

        Assert.Equal(FakeModel.Expected("a"), (await ScoreAsync(posts[0])).Sentiment);
        Assert.Equal(FakeModel.Expected("bb"), (await ScoreAsync(posts[1])).Sentiment);
        Assert.Equal(FakeModel.Expected("ccc"), (await ScoreAsync(posts[2])).Sentiment);
        Assert.Equal([3, 4, 5], Assert.Single(_inference.Batches.Items));
    }

    [Fact]
    public async Task Run_OneOfManyIsRefused_OnlyThatOneIs()
    {
        var posts = Posts("a", "b", "!", "d", "e");

        await RunAsync(posts);

        Assert.Equal("ids must be letters", (await ScoreAsync(posts[2])).Refusal);
        Assert.All(posts.Where((_, i) => i != 2), p => Assert.NotNull(p.Score.Result.Sentiment));
    }

    [Fact]
    public async Task Run_RefusedWhileTheControlPostIsToo_WaitsAndRefusesNothing()
    {
        _inference.RefusesAll = true;
        var posts = Posts("a");

        var run = RunAsync(posts);
        await _time.Timers.WhenCount(1).DefaultTimeout();
        Assert.False(posts[0].Score.IsCompleted);
        Assert.Equal("it refuses a post known to be good: ids must be letters", _watch.Trouble);
        _inference.RefusesAll = false;
        _time.Advance(TimeSpan.FromMilliseconds(100));
        await run.DefaultTimeout();

        Assert.NotNull((await ScoreAsync(posts[0])).Sentiment);
        Assert.Null(_watch.Trouble);
    }

    [Fact]
    public async Task Run_ModelIsDown_TriesTheControlPostAloneWithBackOff()
    {
        _inference.FailNext = 9;
        var posts = Posts("a", "b");

        var run = RunAsync(posts);
        for (var wait = 1; wait <= 8; wait++)
        {
            await _time.Timers.WhenCount(wait).DefaultTimeout();
            _time.Advance(_time.Timers.Items[^1]);
        }

        await run.DefaultTimeout();
        Assert.All(posts, p => Assert.NotNull(p.Score.Result.Sentiment));
        Assert.Equal(
            [100, 200, 400, 800, 1600, 3200, 5000, 5000], _time.Timers.Items.Take(8).Select(t => t.TotalMilliseconds));
        Assert.All(_inference.Batches.Items.Skip(1).SkipLast(1), lengths => Assert.Single(lengths));
    }

    [Fact]
    public async Task Run_OneFailedCall_IsAskedAgainAtOnce()
    {
        _inference.FailNext = 1;
        var posts = Posts("a", "b");

        await RunAsync(posts);

        Assert.All(posts, p => Assert.NotNull(p.Score.Result.Sentiment));
        Assert.Empty(_time.Timers.Items);
    }

    [Fact]
    public async Task Run_ModelFailsOnOnePost_PostponesItAndScoresTheOthers()
    {
        var posts = Posts("a", "?", "c", "d");

        await RunAsync(posts);

        var postponed = await ScoreAsync(posts[1]);
        Assert.Null(postponed.Sentiment);
        Assert.Null(postponed.Refusal);
        Assert.All(posts.Where((_, i) => i != 1), p => Assert.NotNull(p.Score.Result.Sentiment));
    }

    [Fact]
    public async Task Run_BatchTooLarge_IsHalvedOnceTheControlPostIsScored()
    {
        _inference.MostSequences = 2;
        var posts = Posts("a", "b", "c", "d", "e");

        await RunAsync(posts);

        Assert.All(posts, p => Assert.NotNull(p.Score.Result.Sentiment));
        Assert.Equal([5, 1, 2, 3, 1, 1, 2], _inference.Batches.Items.Select(lengths => lengths.Length));
        Assert.Empty(_time.Timers.Items);
    }

    [Fact]
    public async Task Run_OnePostTooLarge_WaitsForTheModelAndIsPostponed()
    {
        _inference.MostSequences = 0;
        var posts = Posts("a post that is longer than the control post");

        var run = RunAsync(posts);
        await _time.Timers.WhenCount(1).DefaultTimeout();
        Assert.Equal("at most 0 sequences", _watch.Trouble);
        _inference.MostTokens = FakeModel.MaxTokens - 1;
        _inference.MostSequences = 1;
        _time.Advance(TimeSpan.FromMilliseconds(100));
        await run.DefaultTimeout();

        var postponed = await ScoreAsync(posts[0]);
        Assert.Null(postponed.Sentiment);
        Assert.Null(postponed.Refusal);
    }

    [Fact]
    public async Task Run_Cancelled_ThrowsAndAnswersNothing()
    {
        using var stopping = new CancellationTokenSource();
        _inference.FailNext = int.MaxValue;
        var posts = Posts("a");

        var run = _runner.RunAsync(posts, stopping.Token);
        await _time.Timers.WhenCount(1).DefaultTimeout();
        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.DefaultTimeout());
        Assert.False(posts[0].Score.IsCompleted);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Run_AnyMixture_GivesEachPostItsOwnAnswer(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var texts = Enumerable.Range(0, random.Next(1, 40))
                .Select(_ => new string('a', random.Next(5)) + random.Next(8) switch { 0 => "!", 1 => "?", _ => "" })
                .ToArray();
            var posts = Posts(texts);

            await RunAsync(posts);

            for (var i = 0; i < posts.Length; i++)
            {
                var score = await ScoreAsync(posts[i]);
                var given = $"seed {seed}, round {round}, post {i} '{texts[i]}'";
                Assert.True(texts[i].Contains('!') == score.Refusal is not null, given);
                Assert.True(texts[i].AsSpan().ContainsAny("!?") == score.Sentiment is null, given);
                Assert.True(score.Sentiment is null || score.Sentiment == FakeModel.Expected(texts[i]), given);
            }
        }
    }

    private Task RunAsync(PendingPost[] posts) => _runner.RunAsync(posts, CancellationToken.None).DefaultTimeout();

    private static Task<PostScore> ScoreAsync(PendingPost post) => post.Score.DefaultTimeout();

    private PendingPost[] Posts(params string[] texts) =>
    [
        .. texts.Select(text =>
        {
            var tokenIds = new int[FakeModel.MaxTokens];
            var length = _model.Encode(text, tokenIds);
            return new PendingPost(tokenIds[..length.Tokens], length.Truncated, 0, CancellationToken.None);
        }),
    ];
}
