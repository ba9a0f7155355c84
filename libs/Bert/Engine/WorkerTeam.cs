using System.Runtime.ExceptionServices;

namespace Moodstream.Bert.Engine;

/// <summary>
/// The threads of a scorer: the caller's and background ones, which sleep between batches. They take blocks one by
/// one, so a slow thread holds nobody up; which of them runs a block changes no number.
/// </summary>
internal sealed unsafe class WorkerTeam : IDisposable
{
    private readonly BlockRunner[] _runners;
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _start = new(0);
    private readonly SemaphoreSlim _done = new(0);

    // Written by the caller before the threads are woken, read by all until they are done.
    private BatchPlan? _plan;
    private float* _logits;
    private int _nextRunner;
    private int _nextBlock;
    private Exception? _failure;
    private volatile bool _ending;

    /// <summary>Starts the threads.</summary>
    /// <param name="runners">One for each thread, the caller's included; owned from here on.</param>
    public WorkerTeam(BlockRunner[] runners)
    {
        _runners = runners;
        _threads = new Thread[runners.Length - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(WorkUntilEnd) { IsBackground = true, Name = $"bert {i + 2}" };
            _threads[i].Start();
        }
    }

    /// <summary>Runs all blocks; returns when the last is done.</summary>
    public void Run(BatchPlan plan, float* logitsBC)
    {
        var helpers = Math.Clamp(plan.Blocks - 1, 0, _threads.Length);
        _plan = plan;
        _logits = logitsBC;
        _nextRunner = 0;
        _nextBlock = 0;
        if (helpers > 0)
        {
            _start.Release(helpers);
        }

        RunBlocks();
        for (var i = 0; i < helpers; i++)
        {
            _done.Wait();
        }

        if (Interlocked.Exchange(ref _failure, null) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    public void Dispose()
    {
        _ending = true;
        if (_threads.Length > 0)
        {
            _start.Release(_threads.Length);
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }

        foreach (var runner in _runners)
        {
            runner.Dispose();
        }

        _start.Dispose();
        _done.Dispose();
    }

    private void WorkUntilEnd()
    {
        _start.Wait();
        while (!_ending)
        {
            RunBlocks();
            _done.Release();
            _start.Wait();
        }
    }

    /// <remarks>A failure is kept for the caller, whose threads must all come back before it can leave.</remarks>
    private void RunBlocks()
    {
        try
        {
            var runner = _runners[Interlocked.Increment(ref _nextRunner) - 1];
            var plan = _plan!; // set by Run before any thread is here
            for (var block = NextBlock(); block < plan.Blocks; block = NextBlock())
            {
                runner.Run(plan, block, _logits);
            }
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, exception, null);
        }
    }

    private int NextBlock() => Interlocked.Increment(ref _nextBlock) - 1;
}
