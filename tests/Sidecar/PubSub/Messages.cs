namespace Moodstream.Tests.Sidecar.PubSub;

/// <summary>One entry of a stream; metadata is null where the entry had no such field (it came by bulk publish).</summary>
internal sealed record StreamMessage(string Id, byte[] Data, Dictionary<string, string>? Metadata);

/// <summary>Hands an entry to the app; gives null when it may be acked, else why not.</summary>
internal delegate Task<Exception?> Deliver(StreamMessage message, CancellationToken cancellationToken);

/// <summary>A topic being read until the token is cancelled.</summary>
internal sealed record Feed(string Topic, Deliver Deliver, CancellationToken Stopped);

/// <summary>Why a delivery failed; the broker's own rule decides what becomes of the entry.</summary>
internal sealed class DeliveryException(string message) : Exception(message);
