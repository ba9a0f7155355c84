using System.Buffers;
using System.IO.Compression;
using Google.Protobuf.WellKnownTypes;
using Moodstream.Rpc.Tests.Support;
using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc.Tests.Wire;

public sealed class GzipPayloadTests
{
    [Fact]
    public void Expand_Bomb_IsRefusedWithinAFewChunksOfTheLimit()
    {
        const int Limit = 1_000_000;
        var bomb = Compress(new byte[50_000_000]);
        using var expanded = new PooledBuffer(16);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<RpcException>(
            () => GzipPayload.Expand(new ReadOnlySequence<byte>(bomb), Limit, share: null, expanded));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(bomb.Length < Limit);
        Assert.Equal(StatusCode.ResourceExhausted, error.Code);
        Assert.InRange(expanded.Length, Limit, Limit + (64 * 1024));
        Assert.True(allocated < 8 * Limit, $"{allocated} bytes");
    }

    [Theory]
    [InlineData(1000, 1000, true)]
    [InlineData(1000, 999, false)]
    [InlineData(0, 0, true)]
    public void Expand_AtTheLimit_IsTakenUpToIt(int size, int limit, bool taken)
    {
        using var expanded = new PooledBuffer(16);

        var error = Record.Exception(
            () => GzipPayload.Expand(new ReadOnlySequence<byte>(Compress(new byte[size])), limit, share: null, expanded));

        Assert.Equal(taken, error is null);
    }

    [Fact]
    public void Expand_EveryTruncation_IsRefused()
    {
        var random = new byte[300];
        new Random(3).NextBytes(random);
        var whole = Compress(random);
        for (var length = 1; length < whole.Length; length++)
        {
            using var expanded = new PooledBuffer(16);

            var error = Assert.Throws<RpcException>(
                () => GzipPayload.Expand(Segments.Of(whole.AsMemory(0, length), 7), 1000, share: null, expanded));

            Assert.Equal(StatusCode.Internal, error.Code);
        }
    }

    [Fact]
    public void Expand_EveryFlippedBit_IsRefusedOrHarmless()
    {
        var source = Enumerable.Range(0, 100).Select(i => (byte)(i * i)).ToArray();
        var whole = Compress(source);
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var spoilt = whole.ToArray();
            spoilt[bit / 8] ^= (byte)(1 << (bit % 8));
            using var expanded = new PooledBuffer(16);

            var error = Record.Exception(() => GzipPayload.Expand(new ReadOnlySequence<byte>(spoilt), 1000, share: null, expanded));

            // Time, extra flags and system in the header mean nothing.
            Assert.True(
                error is RpcException || expanded.Written.Span.SequenceEqual(source), $"bit {bit}: {error}");
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("identity")]
    [InlineData("deflate")]
    public void Parse_CompressedByNothingKnown_IsRefused(string? encoding)
    {
        var payload = new ReadOnlySequence<byte>(Compress(new byte[3]));

        var error = Assert.Throws<RpcException>(
            () => MessagePayload.Parse(Empty.Parser, payload, compressed: true, encoding, 100, share: null));

        Assert.Equal(StatusCode.Internal, error.Code);
    }

    private static byte[] Compress(byte[] bytes)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return output.ToArray();
    }
}
