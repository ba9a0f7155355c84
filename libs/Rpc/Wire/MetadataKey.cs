using System.Buffers;
using System.Collections.Frozen;

namespace Moodstream.Rpc.Wire;

/// <summary>Rules for the names of metadata (PROTOCOL-HTTP2.md, Custom-Metadata).</summary>
internal static class MetadataKey
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.");

    // What the protocol or HTTP sets itself, and what RFC 9113 8.2.2 forbids in HTTP/2.
    private static readonly FrozenSet<string> Http = new[]
    {
        "connection", "content-length", "content-type", "date", "host", "keep-alive", "proxy-connection", "server",
        "te", "trailer", "transfer-encoding", "upgrade",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Consumed = new[]
    {
        GrpcProtocol.TimeoutHeader, GrpcProtocol.EncodingHeader, GrpcProtocol.AcceptEncodingHeader,
        GrpcProtocol.StatusTrailer, GrpcProtocol.MessageTrailer,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool IsValid(ReadOnlySpan<char> key) => !key.IsEmpty && !key.ContainsAnyExcept(Allowed);

    public static bool IsBinary(string key) => key.EndsWith(GrpcProtocol.BinarySuffix, StringComparison.Ordinal);

    /// <summary>Whether an application may not set it.</summary>
    public static bool IsReserved(string key) =>
        key.StartsWith(GrpcProtocol.ReservedPrefix, StringComparison.Ordinal) || Http.Contains(key);

    /// <summary>Whether a header that came is the protocol's or HTTP's, and no metadata.</summary>
    public static bool IsConsumed(string header) =>
        header.StartsWith(':') || Consumed.Contains(header) || Http.Contains(header);
}
