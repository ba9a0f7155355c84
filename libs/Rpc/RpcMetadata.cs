using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc;

/// <summary>
/// Headers or trailers of a call beside the protocol's own: text, and bytes under keys that end in <c>-bin</c>
/// (gRPC <c>doc/PROTOCOL-HTTP2.md</c>, Custom-Metadata). A key may have several values; their order
/// is kept, but those of text may arrive joined by commas as one.
/// </summary>
/// <remarks>Not safe for concurrent use. Peers take 8 KiB in all for granted, and may refuse more.</remarks>
public sealed class RpcMetadata : IEnumerable<RpcMetadataEntry>
{
    private readonly List<RpcMetadataEntry> _entries = [];

    /// <summary>Number of values.</summary>
    public int Count => _entries.Count;

    /// <summary>Adds a text value.</summary>
    /// <param name="key">
    /// Of <c>a-z 0-9 _ - .</c>, not ending in <c>-bin</c>; not one of the protocol's (<c>grpc-…</c>) or HTTP's own.
    /// </param>
    /// <param name="value">Characters 0x20 to 0x7E; spaces at either end may be lost on the way.</param>
    /// <exception cref="ArgumentException">The key or the value is not of that form.</exception>
    public void Add(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        ThrowIfInvalid(key, binary: false);
        if (!MetadataValue.IsText(value))
        {
            throw new ArgumentException(
                $"the value of '{key}' must be printable ASCII; bytes go under a key that ends in "
                + $"'{GrpcProtocol.BinarySuffix}'", nameof(value));
        }

        _entries.Add(new RpcMetadataEntry(key, value, default));
    }

    /// <summary>Adds a value of bytes.</summary>
    /// <param name="key">Of <c>a-z 0-9 _ - .</c>, ending in <c>-bin</c>, not beginning with <c>grpc-</c>.</param>
    /// <param name="value">Copied; may be empty.</param>
    /// <exception cref="ArgumentException">The key is not of that form.</exception>
    public void AddBinary(string key, ReadOnlySpan<byte> value)
    {
        ThrowIfInvalid(key, binary: true);
        _entries.Add(new RpcMetadataEntry(key, Text: null, value.ToArray()));
    }

    /// <summary>The last text value of a key.</summary>
    /// <param name="key">Lower case.</param>
    /// <param name="value">The value; null when there is none.</param>
    public bool TryGet(string key, [NotNullWhen(true)] out string? value)
    {
        value = _entries.FindLast(entry => entry.Key == key).Text;
        return value is not null;
    }

    /// <summary>The last value of a key of bytes.</summary>
    /// <param name="key">Lower case, ending in <c>-bin</c>.</param>
    /// <param name="value">The value; empty when there is none.</param>
    public bool TryGetBinary(string key, out ReadOnlyMemory<byte> value)
    {
        var found = _entries.FindLast(entry => entry.Key == key);
        value = found.Bytes;
        return found is { Key: not null, Text: null };
    }

    /// <summary>All values, in order.</summary>
    public IEnumerator<RpcMetadataEntry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // From the wire, where reserved keys are the reader's affair.
    internal void Add(RpcMetadataEntry entry) => _entries.Add(entry);

    private static void ThrowIfInvalid(string key, bool binary)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!MetadataKey.IsValid(key))
        {
            throw new ArgumentException($"'{key}' is not of lower-case letters, digits, '_', '-', '.'", nameof(key));
        }

        if (MetadataKey.IsReserved(key))
        {
            throw new ArgumentException($"'{key}' is set by the protocol", nameof(key));
        }

        if (MetadataKey.IsBinary(key) != binary)
        {
            throw new ArgumentException(
                $"the value of '{key}' must be {(binary ? "text" : "bytes")}: keys of bytes end in "
                + $"'{GrpcProtocol.BinarySuffix}', and only they", nameof(key));
        }
    }
}
