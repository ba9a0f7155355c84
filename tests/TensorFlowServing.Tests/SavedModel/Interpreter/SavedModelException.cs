namespace Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;

/// <summary>TensorFlow would refuse this, or it is one of the mistakes that TensorFlow swallows.</summary>
internal sealed class SavedModelException(string message) : Exception(message);
