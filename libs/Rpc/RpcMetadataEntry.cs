namespace Moodstream.Rpc;

/// <summary>One value of <see cref="RpcMetadata"/>.</summary>
/// <param name="Key">Lower case; ends in <c>-bin</c> when the value is bytes.</param>
/// <param name="Text">Printable ASCII; null when the value is bytes.</param>
/// <param name="Bytes">The value of a <c>-bin</c> key; empty when it is text.</param>
public readonly record struct RpcMetadataEntry(string Key, string? Text, ReadOnlyMemory<byte> Bytes);
