namespace Moodstream.Redis.Wire;

/// <summary>What came is no answer of a Redis server, or is larger than is taken.</summary>
internal sealed class RespFormatException(string message) : Exception(message);
