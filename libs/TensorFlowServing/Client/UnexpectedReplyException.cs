namespace Moodstream.TensorFlowServing.Client;

/// <summary>A server's answer is not what the model's signature promises, so nothing can be read from it.</summary>
/// <param name="message">What was expected and what came.</param>
public sealed class UnexpectedReplyException(string message) : Exception(message);
