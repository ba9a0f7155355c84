namespace Moodstream.TensorFlowServing.Tensors;

/// <summary>A tensor message is not what TensorFlow's own parser takes, or not what the reader asked for.</summary>
/// <param name="message">What was expected and what came.</param>
public sealed class TensorFormatException(string message) : Exception(message);
