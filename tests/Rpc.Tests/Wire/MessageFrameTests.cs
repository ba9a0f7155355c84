using System.Buffers;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Moodstream.Rpc.Tests.Support;
using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc.Tests.Wire;

public sealed class MessageFrameTests
{
    private static readonly JsonElement Golden = ReadGolden();

    private static byte[] Payload => Golden.GetProperty("base64").GetBytesFromBase64();

    private static byte[] Plain => Golden.GetProperty("grpc_frame_base64").GetBytesFromBase64();

    private static byte[] Gzip => Golden.GetProperty("grpc_frame_gzip_base64").GetBytesFromBase64();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1 << 20)]
    public void TryRead_GoldenFrame_GivesThePayload(int segmentBytes)
    {
        var read = MessageFrame.TryRead(
            Segments.Of(Plain, segmentBytes), Payload.Length, out var compressed, out var payload);

        Assert.True(read);
        Assert.False(compressed);
        Assert.Equal(Payload, payload.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1 << 20)]
    public void TryRead_GoldenGzipFrame_ExpandsToThePayload(int segmentBytes)
    {
        using var expanded = new PooledBuffer(16);

        var read = MessageFrame.TryRead(Segments.Of(Gzip, segmentBytes), 1000, out var compressed, out var payload);
        GzipPayload.Expand(payload, Payload.Length, share: null, expanded);

        Assert.True(read);
        Assert.True(compressed);
        Assert.Equal(Payload, expanded.Written.ToArray());
    }

    [Fact]
    public void Write_GoldenMessage_GivesTheGoldenFrame()
    {
        var message = Empty.Parser.ParseFrom(Payload); // which keeps all as unknown fields
        var output = new ArrayBufferWriter<byte>();

        MessageFrame.Write(message, message.CalculateSize(), output);

        Assert.Equal(Plain, output.WrittenSpan.ToArray());
    }

    [Fact]
    public void WriteGzip_Message_IsReadBack()
    {
        var message = Empty.Parser.ParseFrom(Payload);
        var output = new ArrayBufferWriter<byte>();

        MessageFrame.WriteGzip(message, message.CalculateSize(), output);

        Assert.True(MessageFrame.TryRead(new(output.WrittenMemory), 1000, out var compressed, out var payload));
        Assert.True(output.WrittenCount < Plain.Length);
        Assert.Equal(
            message,
            MessagePayload.Parse(Empty.Parser, payload, compressed, GrpcProtocol.Gzip, Payload.Length, share: null));
    }

    [Fact]
    public void WriteGzip_EmptyMessage_IsNotCompressed()
    {
        var output = new ArrayBufferWriter<byte>();

        MessageFrame.WriteGzip(new Empty(), 0, output);

        Assert.Equal(new byte[5], output.WrittenSpan.ToArray());
    }

    [Fact]
    public void TryRead_EveryTruncation_WaitsForMore()
    {
        for (var length = 0; length < Plain.Length; length++)
        {
            var arrived = Segments.Of(Plain.AsMemory(0, length), 2);

            Assert.False(MessageFrame.TryRead(arrived, 1000, out _, out _), $"{length} bytes");
        }
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 5 }, 4)]
    [InlineData(new byte[] { 0, 0x7F, 0xFF, 0xFF, 0xFF }, 1000)]
    [InlineData(new byte[] { 0, 0x80, 0, 0, 0 }, int.MaxValue)]
    [InlineData(new byte[] { 1, 0xFF, 0xFF, 0xFF, 0xFF }, int.MaxValue)]
    [InlineData(new byte[] { 1, 0xFF, 0xFF, 0xFF, 0xFF }, 0)]
    public void TryRead_LengthOverTheLimit_IsRefusedByThePrefixAlone(byte[] prefix, int maxBytes)
    {
        var error = Assert.Throws<RpcException>(
            () => MessageFrame.TryRead(new ReadOnlySequence<byte>(prefix), maxBytes, out _, out _));

        Assert.Equal(StatusCode.ResourceExhausted, error.Code);
        Assert.Equal("Received message exceeds the maximum configured message size.", error.Detail);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(255)]
    public void TryRead_UnknownFlag_IsRefused(byte flag)
    {
        var error = Assert.Throws<RpcException>(
            () => MessageFrame.TryRead(new ReadOnlySequence<byte>([flag, 0, 0, 0, 0]), 10, out _, out _));

        Assert.Equal(StatusCode.Internal, error.Code);
    }

    [Fact]
    public void TryRead_RandomBytes_GivesWhatThePrefixSaysOrAStatus()
    {
        foreach (var seed in Fuzz.Seeds(2000))
        {
            var random = new Random(seed);
            var bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            if (bytes.Length > 3 && random.Next(2) == 0)
            {
                bytes.AsSpan(0, 4).Clear();
            }

            try
            {
                var arrived = Segments.Of(bytes, random.Next(1, 9));
                var read = MessageFrame.TryRead(arrived, 64, out _, out var payload);

                Assert.True(bytes.Length < 5 || bytes[0] <= 1, $"seed {seed}");
                Assert.Equal(bytes.Length >= 5 && bytes.Length - 5 >= bytes[4], read);
                Assert.True(
                    !read || payload.ToArray().AsSpan().SequenceEqual(bytes.AsSpan(5, bytes[4])), $"seed {seed}");
            }
            catch (RpcException)
            {
                Assert.True(bytes[0] > 1 || bytes[1] + bytes[2] + bytes[3] > 0 || bytes[4] > 64, $"seed {seed}");
            }
        }
    }

    private static JsonElement ReadGolden()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Repository.Data("tfs-wire", "predict_request.json")));
        return document.RootElement.GetProperty("messages")[0].Clone();
    }
}
