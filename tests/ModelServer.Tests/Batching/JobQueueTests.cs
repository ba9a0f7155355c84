using Moodstream.ModelServer.Batching;

namespace Moodstream.ModelServer.Tests.Batching;

public sealed class JobQueueTests
{
    private const int Classes = 2;
    private const int MaxBatchTokens = 10;

    private readonly Batch _batch = new(capacity: 20, Classes);

    [Fact]
    public void Take_ManySmallJobs_MergesTheOldestThatFit()
    {
        var queue = new JobQueue(100, MaxBatchTokens);
        ScoreJob[] jobs = [Job(4), Job(3), Job(2), Job(2)];
        Array.ForEach(jobs, job => Assert.True(queue.TryAdd(job)));

        queue.Take(_batch);

        Assert.Equal(jobs[..3], _batch.Jobs);
        Assert.Equal((3, 9), (_batch.Sequences, _batch.Tokens));
        Assert.Equal(1, queue.Sequences);
    }

    [Fact]
    public void Take_JobLargerThanABatch_GoesInSeveralAndOthersFillThem()
    {
        var queue = new JobQueue(100, MaxBatchTokens);
        var large = Job(4, 4, 4, 4, 4);
        var small = Job(2);
        queue.TryAdd(large);
        queue.TryAdd(small);
        var batches = new List<(int Sequences, int Tokens)>();

        while (queue.Sequences > 0)
        {
            queue.Take(_batch);
            batches.Add((_batch.Sequences, _batch.Tokens));
        }

        Assert.Equal([(2, 8), (2, 8), (2, 6)], batches);
    }

    [Fact]
    public void Take_SequenceLongerThanABatch_GoesAlone()
    {
        var queue = new JobQueue(100, MaxBatchTokens);
        Array.ForEach([Job(3), Job(15), Job(3)], job => Assert.True(queue.TryAdd(job)));
        var tokens = new List<int>();

        while (queue.Sequences > 0)
        {
            queue.Take(_batch);
            tokens.Add(_batch.Tokens);
        }

        Assert.Equal([3, 15, 3], tokens);
    }

    [Fact]
    public void TryAdd_NoRoom_IsRefusedUntilSomeIsTaken()
    {
        var queue = new JobQueue(3, MaxBatchTokens);

        Assert.True(queue.TryAdd(Job(5, 5)));
        Assert.False(queue.TryAdd(Job(1, 1)));
        Assert.True(queue.TryAdd(Job(1)));
        queue.Take(_batch);
        Assert.True(queue.TryAdd(Job(1, 1)));
    }

    [Fact]
    public async Task Take_JobsNobodyWaitsFor_AreDropped()
    {
        var queue = new JobQueue(100, MaxBatchTokens);
        using var left = new CancellationTokenSource();
        var abandoned = Job(left.Token, 3);
        var wanted = Job(4);
        queue.TryAdd(abandoned);
        queue.TryAdd(wanted);
        await left.CancelAsync();

        var dropped = queue.Take(_batch);

        Assert.Equal(1, dropped);
        Assert.Equal([wanted], _batch.Jobs);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned.Scored);
    }

    [Fact]
    public async Task TryAdd_FullOfJobsNobodyWaitsFor_MakesRoom()
    {
        var queue = new JobQueue(3, MaxBatchTokens);
        using var left = new CancellationTokenSource();
        queue.TryAdd(Job(1));
        queue.TryAdd(Job(left.Token, 1, 1));
        await left.CancelAsync();

        Assert.True(queue.TryAdd(Job(1, 1)));
        Assert.Equal(3, queue.Sequences);
        Assert.Equal(1, queue.Take(_batch));
    }

    [Fact]
    public async Task Take_FirstJobLeavesWhenHalfIsComputed_DropsTheRest()
    {
        var queue = new JobQueue(100, MaxBatchTokens);
        using var left = new CancellationTokenSource();
        queue.TryAdd(Job(left.Token, 5, 5, 5, 5));
        queue.TryAdd(Job(1));
        queue.Take(_batch);
        await left.CancelAsync();

        queue.Take(_batch);

        Assert.Equal((1, 1), (_batch.Sequences, _batch.Tokens));
        Assert.Equal(0, queue.Sequences);
    }

    [Fact]
    public async Task Take_OnlyJobsNobodyWaitsFor_SaysSoAtOnce()
    {
        var queue = new JobQueue(100, MaxBatchTokens);
        queue.TryAdd(Job(new CancellationToken(canceled: true), 5));

        Assert.Equal(1, await Task.Run(() => queue.Take(_batch)).DefaultTimeout());
        Assert.Equal((0, 0), (_batch.Sequences, queue.Sequences));
    }

    [Fact]
    public async Task Take_NothingThere_WaitsForAJob()
    {
        var queue = new JobQueue(100, MaxBatchTokens);
        var taken = Task.Run(() => queue.Take(_batch));

        queue.TryAdd(Job(7));

        await taken.DefaultTimeout();
        Assert.Equal(7, _batch.Tokens);
    }

    [Fact]
    public async Task Take_OtherThreadsIdle_LeavesThemTheirShare()
    {
        var queue = new JobQueue(100, MaxBatchTokens);
        var batches = Batches(3);
        var taken = batches.Select(batch => OnItsOwn(() => queue.Take(batch))).ToArray();
        Assert.True(SpinWait.SpinUntil(() => queue.Idle == 3, TimeSpan.FromMinutes(1)));

        queue.TryAdd(Job(2, 2, 2, 2, 1));

        await Task.WhenAll(taken).DefaultTimeout();
        Assert.Equal([2, 3, 4], batches.Select(b => b.Tokens).Order());
        Assert.Equal((0, 0), (queue.Idle, queue.Sequences));
    }

    [Fact]
    public async Task Take_ManyThreads_TakeEverySequenceOnce()
    {
        foreach (var seed in Fuzz.Seeds(50))
        {
            var queue = new JobQueue(10_000, MaxBatchTokens);
            var taken = Batches(4).Select(batch => OnItsOwn(() =>
            {
                var jobs = new List<(ScoreJob Job, int Count)>();
                while (true)
                {
                    queue.Take(batch);
                    if (batch.Sequences == 0)
                    {
                        return jobs;
                    }

                    foreach (var part in batch.Parts)
                    {
                        jobs.Add((part.Job, part.Count));
                        part.Job.Completed(part.Count);
                    }
                }
            })).ToArray();
            var random = new Random(seed);
            var added = Enumerable.Range(0, 100)
                .Select(_ => Job([.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => random.Next(1, 6))]))
                .ToArray();
            Array.ForEach(added, job => Assert.True(queue.TryAdd(job)));
            queue.Close();

            var parts = (await Task.WhenAll(taken).DefaultTimeout()).SelectMany(p => p).ToLookup(p => p.Job, p => p.Count);

            Assert.All(added, job => Assert.Equal(job.Sequences.Count, parts[job].Sum()));
            Assert.All(added, job => Assert.True(job.Scored.IsCompletedSuccessfully));
        }
    }

    [Fact]
    public async Task Close_WhileWaiting_EndsWithAnEmptyBatch()
    {
        var queue = new JobQueue(100, MaxBatchTokens);
        var taken = Task.Run(() => queue.Take(_batch));

        queue.Close();

        await taken.DefaultTimeout();
        Assert.Equal(0, _batch.Sequences);
        Assert.False(queue.TryAdd(Job(1)));
    }

    [Fact]
    public void Close_JobsWait_AreStillTaken()
    {
        var queue = new JobQueue(100, MaxBatchTokens);
        queue.TryAdd(Job(1));

        queue.Close();
        queue.Take(_batch);

        Assert.Equal(1, _batch.Sequences);
        Assert.Equal(0, queue.Take(_batch));
        Assert.Equal(0, _batch.Sequences);
    }

    [Fact]
    public void Take_RandomTraffic_TakesEverySequenceOnceInOrder()
    {
        foreach (var seed in Fuzz.Seeds(200))
        {
            var random = new Random(seed);
            var queue = new JobQueue(50, MaxBatchTokens);
            var added = new List<int>();
            var taken = new List<int>();
            for (var step = 0; step < 200; step++)
            {
                var job = Job([.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => random.Next(1, 14))]);
                if (random.Next(2) == 0 && queue.TryAdd(job))
                {
                    added.AddRange(job.Sequences.Lengths);
                }
                else if (queue.Sequences > 0)
                {
                    queue.Take(_batch);
                    Assert.True(_batch.Tokens <= 10 || _batch.Sequences == 1);
                    taken.AddRange(_batch.Lengths.ToArray());
                }

                Assert.Equal(added.Count - taken.Count, queue.Sequences);
            }

            Assert.Equal(added.Take(taken.Count), taken);
        }
    }

    // A thread of the pool would be one of too few to wait in.
    private static Task<T> OnItsOwn<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static Batch[] Batches(int count) => [.. Enumerable.Range(0, count).Select(_ => new Batch(capacity: 20, Classes))];

    private static ScoreJob Job(params int[] lengths) => Job(CancellationToken.None, lengths);

    private static ScoreJob Job(CancellationToken abandoned, params int[] lengths) => new(
        new TokenSequences { Ids = new int[lengths.Sum()], Lengths = lengths }, Classes, enqueuedAt: 0, abandoned);
}
