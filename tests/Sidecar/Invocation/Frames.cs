using System.Buffers.Binary;

namespace Moodstream.Tests.Sidecar.Invocation;

/// <summary>An outcome of gRPC that the sidecar itself gives.</summary>
internal sealed class GrpcException(int status, string message) : Exception(message)
{
    public int Status => status;
}

/// <summary>Reads gRPC's length-prefixed messages off a body, one at a time, none above the limit.</summary>
internal sealed class Frames(Stream body, int limit)
{
    private const int HeaderBytes = 5;

    /// <summary>The next message with its prefix; null at the end.</summary>
    public async Task<byte[]?> NextAsync(CancellationToken cancellationToken)
    {
        var header = new byte[HeaderBytes];
        var read = await body.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, cancellationToken);
        if (read == 0)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1));
        if (read < HeaderBytes || length > limit)
        {
            throw read < HeaderBytes ? new GrpcException(13, "unexpected EOF")
                : new GrpcException(8, $"grpc: received message larger than max ({length} vs. {limit})");
        }

        var frame = new byte[HeaderBytes + (int)length];
        header.CopyTo(frame, 0);
        await body.ReadExactlyAsync(frame.AsMemory(HeaderBytes), cancellationToken);
        return frame;
    }
}
