using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc.Client;

/// <summary>A request's body: one message.</summary>
/// <remarks>
/// It is framed each time it is sent, into a buffer that is returned when that attempt has let go of it: an answer
/// may come, and the request be disposed, while an upload still reads the buffer.
/// </remarks>
internal sealed class MessageContent : HttpContent
{
    private static readonly MediaTypeHeaderValue ContentType = new(GrpcProtocol.ContentType);

    private readonly IMessage _message;
    private readonly int _size;
    private readonly bool _gzip;

    public MessageContent(IMessage message, int size, bool gzip)
    {
        _message = message;
        _size = size;
        _gzip = gzip;
        Headers.ContentType = ContentType;
    }

    public bool IsGzip => _gzip;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None); // HttpClient calls the overload below

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var frame = new PooledBuffer(checked(_size + GrpcProtocol.PrefixBytes));
        if (_gzip)
        {
            MessageFrame.WriteGzip(_message, _size, frame);
        }
        else
        {
            MessageFrame.Write(_message, _size, frame);
        }

        await stream.WriteAsync(frame.Written, cancellationToken);
    }

    // Unknown, so that no content-length is sent: gRPC has none.
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
