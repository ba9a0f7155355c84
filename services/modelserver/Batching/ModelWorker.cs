using Moodstream.Bert;

namespace Moodstream.ModelServer.Batching;

/// <summary>The one owner of a loaded model: a thread that takes batches off the queue and scores them until the queue is closed and empty.</summary>
internal sealed class ModelWorker : IDisposable
{
    private readonly BertScorer _scorer;
    private readonly Batch _batch;
    private readonly ModelServerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Thread _thread;

    public ModelWorker(
        BertModel model, BertScorerOptions options, int batchTokens, int queue, ModelServerMetrics metrics, TimeProvider time, ILogger logger)
    {
        _scorer = model.CreateScorer(options);
        _batch = new Batch(batchTokens, options.MaxBatchTokens, model.Labels.Count);
        _metrics = metrics;
        _time = time;
        _logger = logger;
        Queue = new JobQueue(queue);
        _thread = new Thread(Run) { IsBackground = true, Name = $"model {model.Version}" };
        _thread.Start();
    }

    /// <summary>What waits for the model.</summary>
    public JobQueue Queue { get; }

    /// <summary>Scores what waits, then ends the thread.</summary>
    public void Dispose()
    {
        Queue.Close();
        _thread.Join();
        _scorer.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            var dropped = Queue.Take(_batch);
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
