using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Moodstream.Rpc.Tests.Support;

/// <summary>One end of an HTTP/2 connection that does exactly what a test says, right or wrong.</summary>
internal sealed class Http2Peer(Socket socket) : IDisposable
{
    public static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    private const int HeaderBytes = 9;

    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

    public static async Task<Http2Peer> ConnectAsync(IPEndPoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server);
        return new Http2Peer(socket);
    }

    /// <summary>Frames as bytes, for those who want to cut or spoil them.</summary>
    public static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeaderBytes + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8 | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(HeaderBytes));
        return frame;
    }

    /// <summary>A header block of literals that are not indexed (RFC 7541 section 6.2.2).</summary>
    public static byte[] Block(params (string Name, string Value)[] headers)
    {
        var block = new List<byte>();
        foreach (var (name, value) in headers)
        {
            block.Add(0);
            Text(block, name);
            Text(block, value);
        }

        return [.. block];
    }

    public Task WriteAsync(ReadOnlyMemory<byte> bytes) => _stream.WriteAsync(bytes).AsTask().DefaultTimeout();

    public Task WriteFrameAsync(byte type, byte flags, int stream, byte[] payload) =>
        WriteAsync(Frame(type, flags, stream, payload));

    /// <summary>What a client says first.</summary>
    public async Task WritePrefaceAsync()
    {
        await WriteAsync(Preface);
        await WriteFrameAsync(Http2Frame.Settings, 0, 0, []);
    }

    /// <summary>The headers of a call of <see cref="Echo.Method"/>.</summary>
    public Task WriteCallAsync(int stream, params (string Name, string Value)[] headers) => WriteHeadersAsync(
        stream,
        end: false,
        [
            (":method", "POST"),
            (":scheme", "http"),
            (":path", Echo.Method.Path),
            (":authority", "test"),
            ("content-type", "application/grpc"),
            .. headers,
        ]);

    /// <summary>A whole call of <see cref="Echo.Method"/>.</summary>
    public async Task WriteEchoAsync(int stream)
    {
        await WriteCallAsync(stream);
        await WriteDataAsync(stream, end: true, RawHttp.EchoFrame);
    }

    /// <summary>What a server hears and says first.</summary>
    public async Task ReadPrefaceAsync()
    {
        var preface = await ReadExactlyAsync(Preface.Length);
        Assert.Equal(Preface, preface);
        await WriteFrameAsync(Http2Frame.Settings, 0, 0, []);
    }

    public Task WriteHeadersAsync(int stream, bool end, params (string Name, string Value)[] headers) =>
        WriteFrameAsync(
            Http2Frame.Headers,
            (byte)(Http2Frame.EndHeaders | (end ? Http2Frame.EndStream : 0)),
            stream,
            Block(headers));

    public Task WriteDataAsync(int stream, bool end, byte[] payload) =>
        WriteFrameAsync(Http2Frame.Data, end ? Http2Frame.EndStream : (byte)0, stream, payload);

    public Task WriteResetAsync(int stream, int code) => WriteFrameAsync(Http2Frame.Reset, 0, stream, Number(code));

    public Task WriteGoAwayAsync(int lastStream, int code) =>
        WriteFrameAsync(Http2Frame.GoAway, 0, 0, [.. Number(lastStream), .. Number(code)]);

    /// <summary>
    /// The next frame that is not about the connection's upkeep; settings and pings are acknowledged.
    /// </summary>
    /// <returns>Null at the end of the connection.</returns>
    public async Task<Http2Frame?> ReadFrameAsync()
    {
        while (true)
        {
            var header = await ReadExactlyAsync(HeaderBytes);
            if (header.Length < HeaderBytes)
            {
                return null;
            }

            var payload = await ReadExactlyAsync(header[0] << 16 | header[1] << 8 | header[2]);
            var frame = new Http2Frame(
                header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)), payload);
            if (frame.Type is Http2Frame.Settings or Http2Frame.Ping)
            {
                if ((frame.Flags & Http2Frame.Ack) == 0)
                {
                    await WriteFrameAsync(
                        frame.Type, Http2Frame.Ack, 0, frame.Type is Http2Frame.Ping ? payload : []);
                }
            }
            else if (frame.Type is not Http2Frame.WindowUpdate)
            {
                return frame;
            }
        }
    }

    /// <summary>Reads a request, or an answer, to its end.</summary>
    /// <returns>Its stream.</returns>
    public async Task<int> ReadMessageAsync()
    {
        while (true)
        {
            var frame = await ReadFrameAsync() ?? throw new EndOfStreamException("the connection ended");
            if (frame.EndsStream)
            {
                return frame.Stream;
            }
        }
    }

    /// <summary>Waits until the other end closes or resets the connection, whatever it sends before.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        var all = new MemoryStream();
        try
        {
            await _stream.CopyToAsync(all).DefaultTimeout();
        }
        catch (IOException)
        {
            // A reset is an end as well.
        }

        return all.ToArray();
    }

    /// <summary>Lets the other end know that nothing more comes.</summary>
    public void EndWriting() => socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => _stream.Dispose();

    /// <summary>Ends the connection with a reset instead of an orderly close.</summary>
    public void Abort()
    {
        socket.LingerState = new LingerOption(true, 0);
        Dispose();
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static void Text(List<byte> block, string text)
    {
        // RFC 7541 section 5.1: an integer with a prefix of 7 bits; not Huffman coded.
        var length = text.Length;
        if (length < 127)
        {
            block.Add((byte)length);
        }
        else
        {
            block.Add(127);
            for (length -= 127; length >= 128; length >>= 7)
            {
                block.Add((byte)(length & 127 | 128));
            }

            block.Add((byte)length);
        }

        block.AddRange(Encoding.Latin1.GetBytes(text));
    }

    private async Task<byte[]> ReadExactlyAsync(int count)
    {
        var bytes = new byte[count];
        var read = await _stream.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false).AsTask().DefaultTimeout();
        return bytes[..read];
    }
}
