using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf.WellKnownTypes;
using Moodstream.Rpc.Tests.Support;
using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc.Tests;

public sealed class UnaryBodyTests
{
    private const int Limit = 10_000;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(1000)]
    public async Task Read_InPiecesOfAnySize_GivesTheMessage(int pieceBytes)
    {
        var message = Echo.Message(300);

        var read = await ReadAsync(Frame(message), pieceBytes);

        Assert.Equal(message, read);
    }

    [Fact]
    public async Task Read_EveryTruncation_IsNoMessage()
    {
        var frame = Frame(Echo.Message(40));
        for (var length = 0; length < frame.Length; length++)
        {
            Assert.Null(await ReadAsync(frame[..length], 7));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task Read_MoreThanOneMessage_IsRefused(int pieceBytes)
    {
        byte[] twice = [.. Frame(Echo.Message(3)), .. Frame(Echo.Message(3))];

        var error = await Assert.ThrowsAsync<RpcException>(() => ReadAsync(twice, pieceBytes));

        Assert.Equal(StatusCode.Internal, error.Code);
        Assert.Equal("Additional data after the message received.", error.Detail);
    }

    [Fact]
    public async Task Read_LyingLength_IsRefusedByThePrefixAlone()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(new byte[] { 0, 0xFF, 0xFF, 0xFF, 0xFF });

        var error = await Assert.ThrowsAsync<RpcException>(() => ReadAsync(pipe.Reader));

        Assert.Equal(StatusCode.ResourceExhausted, error.Code);
    }

    [Fact]
    public async Task Read_LengthWithinTheLimitThatNeverComes_TakesNoMemory()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(new byte[] { 0, 0x7F, 0xFF, 0xFF, 0xFF });
        var before = GC.GetAllocatedBytesForCurrentThread();

        var reading = UnaryBody.ReadAsync(
            pipe.Reader, BytesValue.Parser, null, int.MaxValue, share: null, CancellationToken.None).AsTask();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        await pipe.Writer.CompleteAsync();

        Assert.True(allocated < 100_000, $"{allocated} bytes");
        Assert.Null(await reading.DefaultTimeout());
    }

    [Fact]
    public async Task Read_PayloadThatDoesNotParse_IsRefusedWithoutItsText()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => ReadAsync([0, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF], 3));

        Assert.Equal(StatusCode.Internal, error.Code);
        Assert.Equal("Message is not a valid BytesValue.", error.Detail);
    }

    [Fact]
    public async Task Read_Cancelled_GivesUp()
    {
        using var cancelled = new CancellationTokenSource();
        var reading = UnaryBody.ReadAsync(new Pipe().Reader, BytesValue.Parser, null, Limit, share: null, cancelled.Token).AsTask();

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading).DefaultTimeout();
    }

    [Fact]
    public async Task Read_SpoiltFrames_GiveAMessageNothingOrAStatus()
    {
        foreach (var seed in Fuzz.Seeds(500))
        {
            var random = new Random(seed);
            var body = Frame(Echo.Message(random.Next(50)), gzip: random.Next(2) == 0);
            for (var spoilt = random.Next(4); spoilt > 0; spoilt--)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }

            var error = await Record.ExceptionAsync(
                () => ReadAsync(body[..random.Next(body.Length + 1)], random.Next(1, 70)));

            Assert.True(error is null or RpcException, $"seed {seed}: {error}");
        }
    }

    private static byte[] Frame(BytesValue message, bool gzip = false)
    {
        var output = new ArrayBufferWriter<byte>();
        if (gzip)
        {
            MessageFrame.WriteGzip(message, message.CalculateSize(), output);
        }
        else
        {
            MessageFrame.Write(message, message.CalculateSize(), output);
        }

        return output.WrittenSpan.ToArray();
    }

    private static async Task<BytesValue?> ReadAsync(byte[] body, int pieceBytes)
    {
        var pipe = new Pipe(new PipeOptions(minimumSegmentSize: 16, pauseWriterThreshold: 0));
        var reading = ReadAsync(pipe.Reader);
        foreach (var piece in body.Chunk(pieceBytes))
        {
            await pipe.Writer.WriteAsync(piece);
        }

        await pipe.Writer.CompleteAsync();
        return await reading;
    }

    private static Task<BytesValue?> ReadAsync(PipeReader reader) =>
        UnaryBody.ReadAsync(reader, BytesValue.Parser, GrpcProtocol.Gzip, Limit, share: null, CancellationToken.None)
            .AsTask().DefaultTimeout();
}
