namespace Moodstream.Classifier.Inference;

/// <summary>Trouble with a model, under a name that metrics can count.</summary>
/// <param name="code">
/// What kind it is, of a closed set: the gRPC status in snake case, <c>signature</c>, or <c>reply</c>.
/// </param>
/// <param name="message">The same for a person, with what was expected and what came.</param>
/// <param name="innerException">The cause.</param>
internal sealed class InferenceException(string code, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>What kind of trouble.</summary>
    public string Code => code;

    /// <summary>Whether fewer sequences at a time may be taken where so many are not.</summary>
    public bool IsTooLarge { get; init; }
}
