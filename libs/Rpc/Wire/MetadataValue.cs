using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Moodstream.Rpc.Wire;

/// <summary>
/// Values of metadata as header values: text as it is, bytes in base64 (PROTOCOL-HTTP2.md, Custom-Metadata).
/// </summary>
internal static class MetadataValue
{
    public static bool IsText(ReadOnlySpan<char> value) => !value.ContainsAnyExceptInRange(' ', '~');

    public static string Encode(in RpcMetadataEntry entry) =>
        entry.Text ?? Convert.ToBase64String(entry.Bytes.Span).TrimEnd('=');

    /// <summary>Adds what a header that came stands for; nothing, if it is the protocol's own.</summary>
    /// <param name="metadata">Added to.</param>
    /// <param name="header">In any case.</param>
    /// <param name="value">Values of bytes may be joined by commas; text may hold commas of its own.</param>
    /// <returns>
    /// False when the header is not of the form that metadata has; values before the bad one are added.
    /// </returns>
    public static bool TryDecode(RpcMetadata metadata, string header, string value)
    {
        if (MetadataKey.IsConsumed(header))
        {
            return true;
        }

        // HTTP/2 sends names in lower case; the stacks on both sides hand out their own spelling.
        var key = header.ToLowerInvariant();
        if (!MetadataKey.IsValid(key))
        {
            return false;
        }

        if (MetadataKey.IsBinary(key))
        {
            return TryDecodeBytes(metadata, key, value);
        }

        if (!IsText(value))
        {
            return false;
        }

        metadata.Add(new RpcMetadataEntry(key, value, default));
        return true;
    }

    private static bool TryDecodeBytes(RpcMetadata metadata, string key, ReadOnlySpan<char> joined)
    {
        foreach (var part in joined.Split(','))
        {
            if (!TryDecodeBase64(joined[part].Trim(' ').TrimEnd('='), out var bytes))
            {
                return false;
            }

            metadata.Add(new RpcMetadataEntry(key, Text: null, bytes));
        }

        return true;
    }

    private static bool TryDecodeBase64(ReadOnlySpan<char> unpadded, [NotNullWhen(true)] out byte[]? bytes)
    {
        var padded = ArrayPool<char>.Shared.Rent(unpadded.Length + 3);
        try
        {
            unpadded.CopyTo(padded);
            var length = (unpadded.Length + 3) & ~3;
            padded.AsSpan(unpadded.Length, length - unpadded.Length).Fill('=');
            bytes = new byte[unpadded.Length * 3 / 4];
            return Convert.TryFromBase64Chars(padded.AsSpan(0, length), bytes, out var written)
                && written == bytes.Length;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(padded);
        }
    }
}
