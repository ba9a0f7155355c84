using Moodstream.Classifier.Batching;

namespace Moodstream.Classifier.Tests.Batching;

public sealed class BatchQueueTests
{
    private readonly BatchQueue _queue = new(new BatchPolicy(maxTokens: 10, maxPosts: 4), capacity: 16);

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
            await _queue.AddAsync(Post(length), CancellationToken.None);
        }

        var batches = new List<int>();
        while (_queue.Count > 0)
        {
            batches.Add((await TakeAsync()).Length);
        }

        Assert.Equal(expected, string.Join(' ', batches));
    }

    [Fact]
    public async Task Take_SeveralWait_ShareWhatComes()
    {
        Task<PendingPost[]>[] waiting = [TakeAsync(), TakeAsync()];

        await _queue.AddAsync(Post(1), CancellationToken.None);
        await (await Task.WhenAny(waiting)).DefaultTimeout();
        await _queue.AddAsync(Post(2), CancellationToken.None);
        var batches = await Task.WhenAll(waiting).DefaultTimeout();

        Assert.Equal([1, 2], batches.Select(b => Assert.Single(b).TokenIds.Length).Order());
    }

    [Fact]
    public async Task Take_PostIsAbandoned_IsLeftOut()
    {
        await _queue.AddAsync(Post(1, new CancellationToken(canceled: true)), CancellationToken.None);
        await _queue.AddAsync(Post(2), CancellationToken.None);

        var batch = await TakeAsync();

        Assert.Equal(2, Assert.Single(batch).TokenIds.Length);
    }

    [Fact]
    public async Task Take_OnlyAbandonedPosts_GoesOnWaiting()
    {
        await _queue.AddAsync(Post(1, new CancellationToken(canceled: true)), CancellationToken.None);

        var taking = TakeAsync();
        Assert.False(taking.IsCompleted);
        await _queue.AddAsync(Post(2), CancellationToken.None);

        Assert.Equal(2, Assert.Single(await taking).TokenIds.Length);
    }

    private Task<PendingPost[]> TakeAsync() => _queue.TakeAsync(CancellationToken.None).DefaultTimeout();

    private static PendingPost Post(int length, CancellationToken abandoned = default) =>
        new(new int[length], truncated: false, enqueuedAt: 0, abandoned);
}
