using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;

namespace Moodstream.Rpc.Wire;

/// <summary>A payload compressed with gzip (RFC 1952), in one member.</summary>
internal static class GzipPayload
{
    private const int ChunkBytes = 16 * 1024;

    // RFC 1952 2.3.1: the member ends with the length of what was compressed, modulo 2^32, little-endian.
    private const int LengthBytes = 4;

    // RFC 1952 2.3: header 10, the shortest deflate stream 2, checksum and length 8.
    private const int LeastBytes = 20;

    public static void Compress(IMessage message, IBufferWriter<byte> output)
    {
        using var gzip = new GZipStream(new WriterStream(output), CompressionLevel.Fastest);
        message.WriteTo(gzip);
    }

    /// <summary>
    /// Expands a payload, as far as it is allowed to grow. Nothing expands to nothing: .NET's compressor, and so
    /// grpc-dotnet, makes that of an empty message.
    /// </summary>
    /// <param name="compressed">The payload.</param>
    /// <param name="maxBytes">Longest result accepted.</param>
    /// <param name="share">Where the memory it grows on is counted beside what arrived; null: nowhere.</param>
    /// <param name="output">Written to; at most a chunk beyond <paramref name="maxBytes"/>.</param>
    /// <exception cref="RpcException">
    /// <see cref="StatusCode.ResourceExhausted"/>: the result is longer than accepted;
    /// <see cref="StatusCode.Unavailable"/>: there is no room for it now;
    /// <see cref="StatusCode.Internal"/>: it is not gzip, or not whole.
    /// </exception>
    public static void Expand(
        in ReadOnlySequence<byte> compressed, int maxBytes, ByteShare? share, PooledBuffer output)
    {
        if (compressed.IsEmpty)
        {
            return;
        }

        try
        {
            using var gzip = new GZipStream(new SequenceStream(compressed), CompressionMode.Decompress);
            while (true)
            {
                if (share?.TryGrowTo(GrpcProtocol.PrefixBytes + compressed.Length + output.CapacityFor(ChunkBytes)) == false)
                {
                    throw RpcErrors.TooManyBytes();
                }

                var read = gzip.Read(output.GetSpan(ChunkBytes)[..ChunkBytes]);
                if (read == 0)
                {
                    break;
                }

                output.Advance(read);
                if (output.Length > maxBytes)
                {
                    throw RpcErrors.ReceivedTooLarge();
                }
            }
        }
        catch (InvalidDataException exception)
        {
            throw RpcErrors.CorruptGzip(exception);
        }

        // The stream takes an early end for an end.
        if (compressed.Length < LeastBytes || StatedLength(compressed) != (uint)output.Length)
        {
            throw RpcErrors.CorruptGzip(cause: null);
        }
    }

    private static uint StatedLength(in ReadOnlySequence<byte> compressed)
    {
        Span<byte> length = stackalloc byte[LengthBytes];
        compressed.Slice(compressed.Length - LengthBytes).CopyTo(length);
        return BinaryPrimitives.ReadUInt32LittleEndian(length);
    }
}
