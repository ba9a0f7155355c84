namespace Moodstream.Classifier.Inference;

/// <summary>Runs a model on token ids. Safe for as many calls at once as <see cref="ScoringModel.Calls"/>.</summary>
internal interface IInference : IDisposable
{
    /// <summary>Runs a batch.</summary>
    /// <param name="batch">The sequences, and where their probabilities go.</param>
    /// <param name="cancellationToken">Gives up; the batch's memory is in use until the task ends all the same.</param>
    /// <returns>
    /// Which model scored all sequences, or why the batch was refused for what it holds: asking again would bring the
    /// same answer. Which sequence is to blame is found by asking for each alone.
    /// </returns>
    /// <exception cref="Exception">
    /// Trouble, which says nothing of the sequences: asking again may succeed. An <see cref="InferenceException"/>
    /// says what kind of trouble it is.
    /// </exception>
    Task<InferenceAnswer> InferAsync(InferenceBatch batch, CancellationToken cancellationToken);
}
