using Moodstream.Bert;

namespace Moodstream.ModelServer.Batching;

/// <summary>A thread that takes batches off the queue and scores them until the queue is closed and empty.</summary>
internal sealed class ModelWorker : IDisposable
{
    private readonly BertScorer _scorer;
    private readonly Batch _batch;
    private readonly JobQueue _queue;
    private readonly ModelServerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Thread _thread;

    // The scorer has one thread, and is owned from here on.
    public ModelWorker(
        BertScorer scorer, Batch batch, JobQueue queue, string name, ModelServerMetrics metrics, TimeProvider time, ILogger logger)
    {
        _scorer = scorer;
        _batch = batch;
        _queue = queue;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Waits for the thread, which ends when the queue has been closed and is empty.</summary>
    public void Dispose()
    {
        _thread.Join();
        _scorer.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            var dropped = _queue.Take(_batch);
            _metrics.Abandoned(dropped);
            if (_batch.Sequences > 0)
            {
                Score();
            }
            else if (dropped == 0)
            {
                return;
            }
        }
    }

    private void Score()
    {
        var started = _time.GetTimestamp();
        foreach (var job in _batch.JobsBegun)
        {
            _metrics.Queued(_time.GetElapsedTime(job.EnqueuedAt, started));
        }

        try
        {
            _batch.Run(_scorer);
            _metrics.Batch(_time.GetElapsedTime(started), _batch.Sequences, _batch.Tokens);
        }
        catch (Exception exception)
        {
            // Inputs were checked before they were queued, so this is a bug or an exhausted machine; the next batch may do.
            _metrics.BatchFailed();
            _logger.BatchFailed(exception);
            foreach (var job in _batch.Jobs)
            {
                job.Failed(exception);
            }
        }
    }
}
