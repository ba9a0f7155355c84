namespace Moodstream.Tests.Sidecar.PubSub;

/// <summary>One entry of a stream; metadata is null where the entry had no such field (it came by bulk publish).</summary>
internal sealed record StreamMessage(string Id, byte[] Data, Dictionary<string, string>? Metadata);

/// <summary>An entry taken from Redis, with the subscription that took it and whether that has ended since.</summary>
internal sealed record Taken(string Topic, StreamMessage Message, Func<StreamMessage, CancellationToken, Task<Exception?>> Handler, CancellationToken Stopped);

/// <summary>Why a delivery failed; the broker's own rule decides what becomes of the entry.</summary>
internal sealed class DeliveryException(string message) : Exception(message);
