using Moodstream.Bert;

namespace Moodstream.ModelServer.Batching;

/// <summary>
/// The owners of a loaded model: threads that take batches off one queue, each for itself, so that none waits for
/// another to end.
/// </summary>
internal sealed class ModelWorkers : IDisposable
{
    private readonly List<ModelWorker> _workers = [];

    // They share the model, which must live longer.
    public ModelWorkers(BertModel model, ModelServerOptions options, ModelServerMetrics metrics, TimeProvider time, ILogger logger)
    {
        Queue = new JobQueue(options.Queue, options.MaxBatchTokens);
        try
        {
            for (var i = 1; i <= (options.Threads ?? Environment.ProcessorCount); i++)
            {
                _workers.Add(new ModelWorker(
                    CreateScorer(model, options),
                    new Batch(Capacity(model, options), model.Labels.Count),
                    Queue,
                    $"model {model.Version}.{i}",
                    metrics,
                    time,
                    logger));
            }
        }
        catch
        {
            // No memory for all: the version is refused, and must leave nothing behind.
            Dispose();
            throw;
        }
    }

    /// <summary>What waits for the model.</summary>
    public JobQueue Queue { get; }

    /// <summary>A scorer such as each of the threads has.</summary>
    public static BertScorer CreateScorer(BertModel model, ModelServerOptions options) =>
        model.CreateScorer(new BertScorerOptions { Threads = 1, MaxBatchTokens = Capacity(model, options) });

    /// <summary>Scores what waits, then ends the threads.</summary>
    public void Dispose()
    {
        Queue.Close();
        _workers.ForEach(worker => worker.Dispose());
    }

    // A batch takes one sequence, however long it is.
    private static int Capacity(BertModel model, ModelServerOptions options) =>
        Math.Max(options.MaxBatchTokens, model.Config.MaxPositions);
}
