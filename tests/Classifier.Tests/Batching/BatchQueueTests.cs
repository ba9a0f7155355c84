using Moodstream.Classifier.Batching;

namespace Moodstream.Classifier.Tests.Batching;

public sealed class BatchQueueTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly BatchQueue _queue;

    public BatchQueueTests() => _queue = new(new BatchPolicy(maxTokens: 10, maxPosts: 4), capacity: 16, _time);

    [Theory]
    [InlineData(new[] { 5 }, "1")]
    [InlineData(new[] { 4, 3, 3 }, "3")]
    [InlineData(new[] { 4, 3, 4 }, "2 1")]
    [InlineData(new[] { 4, 7, 1 }, "1 2")]
    [InlineData(new[] { 1, 1, 1, 1, 1 }, "4 1")]
    [InlineData(new[] { 11, 1 }, "1 1")]
    public async Task Take_AtMostTenTokensAndFourPosts_TakesTheOldestThatFit(int[] lengths, string expected)
    {
        foreach (var length in lengths)
        {
            await AddAsync(length);
        }

        var batches = new List<int>();
        while (_queue.Count > 0)
        {
            batches.Add((await TakeAsync()).Length);
            _queue.Done();
        }

        Assert.Equal(expected, string.Join(' ', batches));
    }

    [Fact]
    public async Task Take_SeveralWait_ShareWhatComes()
    {
        Task<PendingPost[]>[] waiting = [TakeAsync(), TakeAsync()];

        await AddAsync(1);
        await (await Task.WhenAny(waiting)).DefaultTimeout();
        await AddAsync(2);
        _queue.Done();
        var batches = await Task.WhenAll(waiting).DefaultTimeout();

        Assert.Equal([1, 2], batches.Select(b => Assert.Single(b).TokenIds.Length).Order());
    }

    [Theory]
    [InlineData(new[] { 1, 1, 1 }, 1)] // posts
    [InlineData(new[] { 3, 3 }, 4)] // token ids
    public async Task Take_ABatchIsUnderWay_WaitsUntilTheNextIsFull(int[] lengths, int last)
    {
        var taking = await TakeBehindABatchAsync(lengths);
        Assert.False(taking.IsCompleted);

        await AddAsync(last);

        Assert.Equal([.. lengths, last], (await taking).Select(p => p.TokenIds.Length));
    }

    [Fact]
    public async Task Take_ABatchIsUnderWay_TakesWhatThereIsWhenItIsDone()
    {
        var taking = await TakeBehindABatchAsync(1, 1);
        Assert.False(taking.IsCompleted);

        _queue.Done();

        Assert.Equal(2, (await taking).Length);
    }

    [Fact]
    public async Task Take_ABatchIsUnderWayForLong_TakesWhatThereIsWhenTheOldestHasWaited()
    {
        var taking = await TakeBehindABatchAsync(1);
        _time.Advance(BatchPolicy.MaxLinger / 2);
        await AddAsync(2);
        _time.Advance((BatchPolicy.MaxLinger / 2) - TimeSpan.FromMilliseconds(1));
        Assert.False(taking.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(2, (await taking).Length);
    }

    [Fact]
    public async Task Take_PostIsAbandoned_IsLeftOut()
    {
        await _queue.AddAsync(Post(1, new CancellationToken(canceled: true)), CancellationToken.None);
        await AddAsync(2);

        var batch = await TakeAsync();

        Assert.Equal(2, Assert.Single(batch).TokenIds.Length);
    }

    [Fact]
    public async Task Take_OnlyAbandonedPosts_GoesOnWaiting()
    {
        await _queue.AddAsync(Post(1, new CancellationToken(canceled: true)), CancellationToken.None);

        var taking = TakeAsync();
        Assert.False(taking.IsCompleted);
        await AddAsync(2);

        Assert.Equal(2, Assert.Single(await taking).TokenIds.Length);
    }

    private async Task<Task<PendingPost[]>> TakeBehindABatchAsync(params int[] lengths)
    {
        await AddAsync(1);
        await TakeAsync();
        foreach (var length in lengths)
        {
            await AddAsync(length);
        }

        return TakeAsync();
    }

    private ValueTask AddAsync(int length) => _queue.AddAsync(Post(length), CancellationToken.None);

    private Task<PendingPost[]> TakeAsync() => _queue.TakeAsync(CancellationToken.None).DefaultTimeout();

    private PendingPost Post(int length, CancellationToken abandoned = default) =>
        new(new int[length], truncated: false, _time.GetTimestamp(), abandoned);
}
