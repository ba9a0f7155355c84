namespace Moodstream.ModelServer.Versions;

/// <summary>A model that cannot be served. The message is one line for a person.</summary>
internal sealed class ModelLoadException(string message, Exception? innerException = null)
    : Exception(message, innerException);
