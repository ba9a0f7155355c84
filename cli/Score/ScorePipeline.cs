using System.Threading.Channels;

namespace Moodstream.Cli.Score;

/// <summary>
/// Reading and encoding, scoring, and writing, side by side: while the model works on a batch with all of its threads,
/// the next ones are read and the last one is written. Order is kept, and nothing waits but on full queues.
/// </summary>
internal sealed class ScorePipeline(BatchReader reader, ITextScorer scorer, IScoreSink sink)
{
    // One batch in each stage, one more between them.
    private const int QueuedBatches = 1;

    private readonly Channel<ScoreBatch> _encoded = Queue();
    private readonly Channel<ScoreBatch> _scored = Queue();

    /// <summary>Runs to the end of the inputs; suspends the sink when it cannot.</summary>
    /// <param name="onWritten">Told of each batch that was written.</param>
    /// <param name="cancellationToken">Stops it between two batches written.</param>
    public async Task RunAsync(Action<ScoreBatch> onWritten, CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = Task.Run(() => ReadAsync(stopping.Token), CancellationToken.None); // both end by stopping
        var scoring = Task.Run(() => ScoreAsync(stopping.Token), CancellationToken.None);
        try
        {
            await WriteAsync(onWritten, cancellationToken);
        }
        catch
        {
            // First of all: the stages below may take as long as the batch that is in the model.
            await sink.SuspendAsync();
            throw;
        }
        finally
        {
            await stopping.CancelAsync();
            await Task.WhenAll(reading, scoring);
        }
    }

    private static Channel<ScoreBatch> Queue() => Channel.CreateBounded<ScoreBatch>(
        new BoundedChannelOptions(QueuedBatches) { SingleReader = true, SingleWriter = true });

    // Neither stage throws: what stops it reaches the writer behind all that was finished before.
    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await reader.ReadAsync(sink.Start, _encoded.Writer, () => _encoded.Reader.Count == 0, cancellationToken);
            _encoded.Writer.Complete();
        }
        catch (Exception e)
        {
            _encoded.Writer.Complete(e);
        }
    }

    private async Task ScoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var batch in _encoded.Reader.ReadAllAsync(cancellationToken))
            {
                batch.Score(scorer);
                await _scored.Writer.WriteAsync(batch, cancellationToken);
            }

            _scored.Writer.Complete();
        }
        catch (Exception e)
        {
            _scored.Writer.Complete(e);
        }
    }

    private async Task WriteAsync(Action<ScoreBatch> onWritten, CancellationToken cancellationToken)
    {
        while (await _scored.Reader.WaitToReadAsync(cancellationToken))
        {
            while (_scored.Reader.TryRead(out var batch))
            {
                await sink.WriteAsync(batch);
                onWritten(batch);
            }
        }
    }
}
