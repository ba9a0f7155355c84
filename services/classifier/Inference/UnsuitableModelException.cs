namespace Moodstream.Classifier.Inference;

/// <summary>A model that loads, and cannot be used here. The message is one line for a person.</summary>
internal sealed class UnsuitableModelException(string message) : Exception(message);
