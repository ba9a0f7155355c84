using Moodstream.Classifier.Inference;

namespace Moodstream.Classifier.Batching;

/// <summary>Calls the model, measures it, and makes of trouble an outcome. Safe for concurrent use.</summary>
internal sealed class ModelCaller(IInference inference, TimeProvider time, ClassifierMetrics metrics)
{
    /// <summary>Runs a batch.</summary>
    /// <param name="batch">The sequences, and where their probabilities go.</param>
    /// <param name="cancellationToken">Gives up; the only thing that is thrown.</param>
    public async Task<CallOutcome> CallAsync(InferenceBatch batch, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            var answer = await inference.InferAsync(batch, cancellationToken);
            metrics.Batch(time.GetElapsedTime(started), batch.TokenIds.Length);
            return new CallOutcome(answer, null);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.InferenceFailed((exception as InferenceException)?.Code ?? ClassifierMetrics.OtherFailure);
            return new CallOutcome(default, exception);
        }
    }
}
