namespace Moodstream.TensorFlowServing.Client;

/// <summary>A model's signature is none that takes token ids and gives classes.</summary>
/// <param name="message">What was expected and what came.</param>
public sealed class UnusableSignatureException(string message) : Exception(message);
