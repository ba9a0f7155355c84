using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.Net.Http.Headers;
using Moodstream.Rpc;

namespace Moodstream.ModelServer.Rest;

/// <summary>A whole body on rented memory, which grows only as bytes arrive.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstBytes = 16 * 1024;

    // RFC 1952 2.3.1: a member ends with the length of what was compressed, modulo 2^32, little-endian.
    private const int StatedLengthBytes = 4;

    private byte[] _memory = ArrayPool<byte>.Shared.Rent(FirstBytes);
    private int _length;

    private RequestBody()
    {
    }

    /// <summary>The body, expanded; not to be used once disposed.</summary>
    public ReadOnlySpan<byte> Bytes => _memory.AsSpan(0, _length);

    /// <summary>Reads a body, and expands it where it is compressed.</summary>
    /// <param name="request">A request whose body nobody has read.</param>
    /// <param name="maxBytes">Most bytes, as it came and expanded.</param>
    /// <param name="share">Where the memory taken is counted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BadHttpRequestException">
    /// It is too long, not whole, or compressed in a way not known here.
    /// </exception>
    /// <exception cref="RpcException">UNAVAILABLE: all requests together hold too much.</exception>
    public static async Task<RequestBody> ReadAsync(
        HttpRequest request, int maxBytes, ByteShare share, CancellationToken cancellationToken)
    {
        var isGzip = IsGzip(request);
        var body = await ReadAsync(request.Body, maxBytes, share, 0, cancellationToken);
        if (!isGzip)
        {
            return body;
        }

        using (body)
        {
            return await ExpandAsync(body, maxBytes, share, cancellationToken);
        }
    }

    public void Dispose()
    {
        var memory = _memory;
        _memory = [];
        _length = 0;
        if (memory.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(memory);
        }
    }

    private static bool IsGzip(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        if (encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        request.HttpContext.Response.Headers[HeaderNames.AcceptEncoding] = "gzip";
        throw new BadHttpRequestException(
            $"expected a body without Content-Encoding, or with gzip, got {encoding}",
            StatusCodes.Status415UnsupportedMediaType);
    }

    private static async Task<RequestBody> ExpandAsync(
        RequestBody compressed, int maxBytes, ByteShare share, CancellationToken cancellationToken)
    {
        RequestBody expanded;
        try
        {
            using var gzip = new GZipStream(
                new MemoryStream(compressed._memory, 0, compressed._length), CompressionMode.Decompress);
            expanded = await ReadAsync(gzip, maxBytes, share, compressed._memory.Length, cancellationToken);
        }
        catch (InvalidDataException)
        {
            throw NotGzip();
        }

        // The stream takes an early end for an end.
        var stated = compressed.Bytes[^Math.Min(StatedLengthBytes, compressed._length)..];
        if (BinaryPrimitives.TryReadUInt32LittleEndian(stated, out var length) && length == expanded._length)
        {
            return expanded;
        }

        expanded.Dispose();
        throw NotGzip();
    }

    private static BadHttpRequestException NotGzip() =>
        new("expected one whole gzip member, as Content-Encoding says, got something else");

    private static async Task<RequestBody> ReadAsync(
        Stream stream, int maxBytes, ByteShare share, int held, CancellationToken cancellationToken)
    {
        var body = new RequestBody();
        try
        {
            int read;
            while ((read = await stream.ReadAsync(body.Free(), cancellationToken)) > 0)
            {
                body._length += read;
                if (!share.TryGrowTo(held + (long)body._memory.Length))
                {
                    throw new RpcException(
                        StatusCode.Unavailable,
                        "The requests in hand hold as many bytes as the server allows; try again later.");
                }

                if (body._length > maxBytes)
                {
                    // In Kestrel's words, which knows the limit too, but not what a body expands to.
                    throw new BadHttpRequestException(
                        $"Request body too large. The max request body size is {maxBytes} bytes.",
                        StatusCodes.Status413PayloadTooLarge);
                }
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private Memory<byte> Free()
    {
        if (_length == _memory.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * _length, Array.MaxLength));
            Bytes.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_memory);
            _memory = larger;
        }

        return _memory.AsMemory(_length);
    }
}
