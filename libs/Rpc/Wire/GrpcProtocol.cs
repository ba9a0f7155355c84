namespace Moodstream.Rpc.Wire;

/// <summary>
/// Names and numbers of gRPC over HTTP/2 (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).
/// </summary>
internal static class GrpcProtocol
{
    // "Requests", "Content-Type".
    public const string ContentType = "application/grpc";

    // "Requests", Timeout: at most 8 digits and a unit.
    public const string TimeoutHeader = "grpc-timeout";
    public const int TimeoutDigits = 8;

    // "Requests", Message-Encoding and Message-Accept-Encoding; doc/compression.md.
    public const string EncodingHeader = "grpc-encoding";
    public const string AcceptEncodingHeader = "grpc-accept-encoding";
    public const string Identity = "identity";
    public const string Gzip = "gzip";
    public const string AcceptedEncodings = "identity,gzip";

    // "Requests", TE: servers built on the C core refuse calls without it.
    public const string TeHeader = "te";
    public const string TeTrailers = "trailers";

    // "Custom-Metadata".
    public const string ReservedPrefix = "grpc-";
    public const string BinarySuffix = "-bin";

    // "Responses", Trailers.
    public const string StatusTrailer = "grpc-status";
    public const string MessageTrailer = "grpc-message";
    public const string StatusOk = "0";

    // "Length-Prefixed-Message": flag, then the length as 4 bytes, big-endian.
    public const int PrefixBytes = 5;
    public const byte PlainFlag = 0;
    public const byte CompressedFlag = 1;

    // doc/statuscodes.md and the implementations: what a peer may hold at a time unless told otherwise.
    public const int DefaultMaxReceiveBytes = 4 * 1024 * 1024;

    /// <summary>Whether a content type is gRPC's: alone, or with a format (<c>+proto</c>) or parameters.</summary>
    /// <remarks>gRPC-Web's, <c>application/grpc-web</c>, is another protocol.</remarks>
    public static bool IsGrpc(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == ContentType.Length || contentType[ContentType.Length] is '+' or ';' or ' ');
}
