using System.Buffers;
using Google.Protobuf;

namespace Moodstream.Rpc.Wire;

/// <summary>A message from its payload.</summary>
internal static class MessagePayload
{
    private const int FirstExpandedBytes = 16 * 1024;

    /// <summary>Parses a payload, expanding it first if need be.</summary>
    /// <param name="parser">Makes the message.</param>
    /// <param name="payload">As it came.</param>
    /// <param name="compressed">The prefix's flag.</param>
    /// <param name="encoding">Value of <c>grpc-encoding</c>; null when there was none.</param>
    /// <param name="maxBytes">Longest payload accepted, expanded.</param>
    /// <param name="share">Where what it expands to is counted beside what arrived; null: nowhere.</param>
    /// <exception cref="RpcException">
    /// <see cref="StatusCode.Internal"/>: it does not expand or parse; <see cref="StatusCode.ResourceExhausted"/>:
    /// it is longer than accepted; <see cref="StatusCode.Unavailable"/>: there is no room for it now.
    /// </exception>
    public static T Parse<T>(
        MessageParser<T> parser,
        in ReadOnlySequence<byte> payload,
        bool compressed,
        string? encoding,
        int maxBytes,
        ByteShare? share)
        where T : class, IMessage<T>
    {
        if (!compressed)
        {
            return Parse(parser, payload);
        }

        if (encoding is null or GrpcProtocol.Identity)
        {
            throw RpcErrors.FlagWithoutEncoding();
        }

        if (encoding != GrpcProtocol.Gzip)
        {
            throw RpcErrors.UnsupportedEncoding(StatusCode.Internal, encoding);
        }

        using var expanded = new PooledBuffer(FirstExpandedBytes);
        GzipPayload.Expand(payload, maxBytes, share, expanded);
        return Parse(parser, new ReadOnlySequence<byte>(expanded.Written));
    }

    private static T Parse<T>(MessageParser<T> parser, in ReadOnlySequence<byte> bytes)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidOperationException)
        {
            // The second is what the parser throws for a wrapper message that ends in the middle of a tag.
            throw RpcErrors.Unparsable(typeof(T).Name, exception);
        }
    }
}
