using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace Moodstream.Rpc.Wire;

/// <summary>The length-prefixed message: flag, length, payload (PROTOCOL-HTTP2.md, Length-Prefixed-Message).</summary>
internal static class MessageFrame
{
    /// <summary>Reads the message at the head of what has arrived.</summary>
    /// <param name="arrived">From the first byte of a prefix on; segmented in any way.</param>
    /// <param name="maxBytes">Longest payload accepted, checked as soon as the prefix is there.</param>
    /// <param name="compressed">The flag.</param>
    /// <param name="payload">A view of <paramref name="arrived"/>; as compressed as the flag says.</param>
    /// <returns>False when more has to arrive first.</returns>
    /// <exception cref="RpcException">
    /// <see cref="StatusCode.Internal"/>: the flag is neither 0 nor 1; <see cref="StatusCode.ResourceExhausted"/>: the
    /// payload is longer than accepted.
    /// </exception>
    public static bool TryRead(
        in ReadOnlySequence<byte> arrived, int maxBytes, out bool compressed, out ReadOnlySequence<byte> payload)
    {
        compressed = false;
        payload = default;
        if (arrived.Length < GrpcProtocol.PrefixBytes)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[GrpcProtocol.PrefixBytes];
        arrived.Slice(0, GrpcProtocol.PrefixBytes).CopyTo(prefix);
        if (prefix[0] > GrpcProtocol.CompressedFlag)
        {
            throw RpcErrors.UnexpectedFlag(prefix[0]);
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (length > (uint)maxBytes)
        {
            throw RpcErrors.ReceivedTooLarge();
        }

        if (arrived.Length - GrpcProtocol.PrefixBytes < length)
        {
            return false;
        }

        compressed = prefix[0] == GrpcProtocol.CompressedFlag;
        payload = arrived.Slice(GrpcProtocol.PrefixBytes, length);
        return true;
    }

    /// <summary>Writes a message as it is.</summary>
    /// <param name="message">Must not change meanwhile.</param>
    /// <param name="size">What the message's <c>CalculateSize</c> said.</param>
    /// <param name="output">Written to.</param>
    public static void Write(IMessage message, int size, IBufferWriter<byte> output)
    {
        WritePrefix(GrpcProtocol.PlainFlag, size, output);
        message.WriteTo(output);
    }

    /// <summary>
    /// Writes a message compressed with gzip; an empty one as it is, since not every peer takes no gzip at all.
    /// </summary>
    /// <param name="message">Must not change meanwhile.</param>
    /// <param name="size">What the message's <c>CalculateSize</c> said.</param>
    /// <param name="output">Written to.</param>
    public static void WriteGzip(IMessage message, int size, IBufferWriter<byte> output)
    {
        if (size == 0)
        {
            Write(message, size, output);
            return;
        }

        // The prefix holds the compressed length, which is known only afterwards.
        using var compressed = new PooledBuffer((size / 2) + 64);
        GzipPayload.Compress(message, compressed);
        WritePrefix(GrpcProtocol.CompressedFlag, compressed.Length, output);
        output.Write(compressed.Written.Span);
    }

    private static void WritePrefix(byte flag, int length, IBufferWriter<byte> output)
    {
        var prefix = output.GetSpan(GrpcProtocol.PrefixBytes);
        prefix[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(prefix[1..], (uint)length);
        output.Advance(GrpcProtocol.PrefixBytes);
    }
}
