using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using Moodstream.Ingestor.Rows;

namespace Moodstream.Ingestor.Tests.Rows;

public sealed class PostReaderTests
{
    [Fact]
    public async Task ReadAsync_Text_TakesEachLineAsAPost()
    {
        var rows = await RowsOf.Text("a\r\n\n😀\nlast", "a.txt");

        Assert.Equal(["a", "", "😀", "last"], rows.Texts());
        Assert.Equal([1, 2, 3, 4], rows.Select(r => r.Line));
        Assert.Equal([0, 3, 4, 9], rows.Select(r => r.Offset));
        Assert.Equal([3, 4, 9, 13], rows.Select(r => r.NextOffset));
    }

    [Theory]
    [InlineData("a.jsonl", "{\"text\":\"a\"}\n", nameof(RowFormat.Jsonl))]
    [InlineData("a.JSONL.gz", "{\"text\":\"a\"}\n", nameof(RowFormat.Jsonl))]
    [InlineData("a.jsonl", "{\"data\":[{\"id\":\"1\",\"text\":\"a\"}]}\n", nameof(RowFormat.X))]
    [InlineData("a.json", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n", nameof(RowFormat.Jsonl))]
    [InlineData("a.json", "{\n\"text\":\"a\"}\n", nameof(RowFormat.Json))]
    [InlineData("a.json", " [ ]", nameof(RowFormat.Json))]
    [InlineData("a.csv", "text\na\n", nameof(RowFormat.Csv))]
    [InlineData("a.tsv", "text\na\n", nameof(RowFormat.Tsv))]
    [InlineData("a.txt", "{\"text\":\"a\"}\n", nameof(RowFormat.Text))]
    [InlineData("-", "{\"text\":\"a\"}\n", nameof(RowFormat.Jsonl))]
    [InlineData("-", "{\"text\":\"cut off\n{\"text\":\"a\"}\n", nameof(RowFormat.Jsonl))]
    [InlineData("-", "[{\"text\":\"a\"}]", nameof(RowFormat.Json))]
    [InlineData("-", "[link] hello\n", nameof(RowFormat.Text))]
    [InlineData("-", "{hello}\n", nameof(RowFormat.Text))]
    [InlineData("-", "\n\n{\"data\":{\"id\":\"1\",\"text\":\"a\"}}", nameof(RowFormat.X))]
    [InlineData("-", "{\"data\":\"a day\",\"text\":\"a\"}", nameof(RowFormat.Jsonl))]
    [InlineData("-", "id,text\n1,a\n", nameof(RowFormat.Csv))]
    [InlineData("-", "id\ttext\n1\ta\n", nameof(RowFormat.Tsv))]
    [InlineData("-", "text\na\n", nameof(RowFormat.Text))]
    [InlineData("-", "hello, world\n", nameof(RowFormat.Text))]
    [InlineData("-", "", nameof(RowFormat.Text))]
    public async Task Format_OfNameAndHead_IsTold(string name, string input, string format)
    {
        await using var reader = PostReader.Open(
            new DribblingStream(Encoding.UTF8.GetBytes(input), new Random(1)), RowsOf.Options(name));

        await RowsOf.All(reader).DefaultTimeout();

        Assert.Equal(format, reader.Format.ToString());
    }

    [Fact]
    public async Task ReadAsync_LivePipe_GivesARowAsSoonAsItIsThere()
    {
        var pipe = new Pipe();
        await using var reader = PostReader.Open(pipe.Reader.AsStream(), RowsOf.Options("stdin"));

        await pipe.Writer.WriteAsync("{\"text\":\"a\"}\n"u8.ToArray());
        var row = await reader.ReadAsync(CancellationToken.None).AsTask().DefaultTimeout();

        Assert.Equal("a", row?.Post?.Text);
    }

    [Fact]
    public async Task ReadAsync_Cancelled_Throws()
    {
        var pipe = new Pipe();
        await using var reader = PostReader.Open(pipe.Reader.AsStream(), RowsOf.Options("stdin"));
        using var source = new CancellationTokenSource();

        var reading = reader.ReadAsync(source.Token).AsTask();
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.DefaultTimeout());
    }

    [Fact]
    public async Task ReadAsync_ByteOrderMark_IsNoText()
    {
        var rows = await RowsOf.Bytes([0xEF, 0xBB, 0xBF, .. "id,text\n1,a\n"u8], RowsOf.Options("a.csv"));

        Assert.Equal((11L, "a"), (rows[0].Offset, rows[0].Post?.Text));
    }

    [Fact]
    public async Task ReadAsync_Utf16_IsRefused()
    {
        var error = await Assert.ThrowsAsync<UnreadableInputException>(
            () => RowsOf.Bytes([0xFF, 0xFE, (byte)'a', 0], RowsOf.Options("a.txt")));

        Assert.Equal("a.txt: expected UTF-8, came UTF-16 (by its byte order mark)", error.Message);
    }

    [Fact]
    public async Task ReadAsync_InvalidUtf8_IsReplacedAndCounted()
    {
        byte[] input = [.. "a"u8, 0xFF, .. "b"u8, 0xE2, 0x82, (byte)'\n', .. "fine\n"u8, 0xC0, 0x80, 0];
        await using var reader = PostReader.Open(new MemoryStream(input), RowsOf.Options("a.txt"));

        var rows = await RowsOf.All(reader);

        Assert.Equal(["a\uFFFDb\uFFFD", "fine", "\uFFFD\uFFFD\0"], rows.Texts());
        Assert.Equal([2, 0, 2], rows.Select(r => r.Replaced));
        Assert.Equal(4, reader.Replaced);
    }

    [Fact]
    public async Task ReadAsync_InvalidUtf8InJson_IsReplacedAndCounted()
    {
        var rows = await RowsOf.Bytes([.. "{\"text\":\"a"u8, 0xFF, .. "\"}\n"u8], RowsOf.Options("a.jsonl"));

        Assert.Equal(("a\uFFFD", 1), (rows[0].Post?.Text, rows[0].Replaced));
    }

    [Theory]
    [InlineData("a.jsonl")]
    [InlineData("a.txt")]
    public async Task ReadAsync_HugeRow_IsSkippedInBoundedMemory(string name)
    {
        const long HugeBytes = 100 << 20;
        using var stream = new RepeatedStream("{\"text\":\"a\"}\n"u8, HugeBytes, "\n{\"text\":\"b\"}\n"u8);
        var before = GC.GetAllocatedBytesForCurrentThread();

        // The stream never waits, so all of it is read on this thread.
        var reading = RowsOf.Stream(stream, RowsOf.Options(name));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var rows = await reading;

        Assert.Equal(3, rows.Count);
        Assert.Equal($"row of {HugeBytes + 1} bytes; expected at most {1 << 20}", rows[1].Error);
        Assert.Equal((3, HugeBytes + 14), (rows[2].Line, rows[2].Offset));
        Assert.InRange(allocated, 1, 8 << 20);
    }

    [Fact]
    public async Task ReadAsync_HugeElementOfAnArray_IsSkipped()
    {
        var options = RowsOf.Options("a.json") with { MaxRowBytes = 100 };
        var input = $"[{{\"text\":\"{new string('a', 300_000)}\"}},{{\"text\":\"b\"}}]";

        var rows = await RowsOf.Text(input, options);

        Assert.Equal([null, "b"], rows.Texts());
    }

    [Fact]
    public async Task ReadAsync_RowOfTheLimit_IsRead()
    {
        var options = RowsOf.Options("a.txt") with { MaxRowBytes = 100 };

        var rows = await RowsOf.Text($"{new string('a', 100)}\r\n{new string('b', 101)}\n", options);

        Assert.Equal((100, "row of 102 bytes; expected at most 100"), (rows[0].Post?.Text.Length, rows[1].Error));
    }

    [Fact]
    public async Task ReadAsync_Gzip_IsUnpackedWhetherTheStreamSeeksOrNot()
    {
        byte[] packed = [.. Pack("{\"text\":\"a\"}\n"), .. Pack("{\"text\":\"b\"}\n")];

        var file = await RowsOf.Bytes(packed, RowsOf.Options("a.jsonl.gz"));
        var pipe = await RowsOf.Stream(new DribblingStream(packed, new Random(3)), RowsOf.Options());

        Assert.Equal(["a", "b"], file.Texts());
        Assert.Equal(file, pipe);
    }

    [Fact]
    public async Task ReadAsync_GzipCutShort_IsUnreadable()
    {
        var packed = Pack(string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{{\"text\":\"post {i * 7919}\"}}\n")));

        await Assert.ThrowsAsync<UnreadableInputException>(
            () => RowsOf.Bytes(packed[..(packed.Length / 2)], RowsOf.Options()));
    }

    [Fact]
    public async Task ReadAsync_StartBehindTheEnd_IsUnreadable()
    {
        var options = RowsOf.Options("a.txt") with { Start = new RowPosition(100) };

        await Assert.ThrowsAsync<UnreadableInputException>(() => RowsOf.Text("a\nb\n", options));
    }

    [Theory]
    [InlineData(63, 1024, 0)]
    [InlineData(1024, (256 << 20) + 1, 0)]
    [InlineData(1024, 1024, -1)]
    public void Open_OptionOutOfRange_IsRefused(int rowBytes, int responseBytes, int index)
    {
        var options = RowsOf.Options() with
        {
            MaxRowBytes = rowBytes,
            MaxResponseBytes = responseBytes,
            Start = new RowPosition(0, index),
        };

        Assert.Throws<ArgumentException>(() => PostReader.Open(Stream.Null, options));
    }

    [Fact]
    public void Open_OptionAtItsBounds_IsTaken()
    {
        var options = RowsOf.Options() with { MaxRowBytes = 64, MaxResponseBytes = 256 << 20 };

        Assert.NotNull(PostReader.Open(Stream.Null, options));
    }

    [Fact]
    public void Options_Defaults_AreAsDocumented()
    {
        var options = new PostReaderOptions();

        Assert.Equal((1 << 20, 16 << 20), (options.MaxRowBytes, options.MaxResponseBytes));
        Assert.Equal(("file", RowFormat.Auto, default), (options.Source, options.Format, options.Start));
    }

    private static byte[] Pack(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    /// <summary>A head, very many bytes 'a', and a tail.</summary>
    private sealed class RepeatedStream(ReadOnlySpan<byte> head, long count, ReadOnlySpan<byte> tail) : MemoryStream
    {
        private readonly byte[] _head = head.ToArray();
        private readonly byte[] _tail = tail.ToArray();
        private long _position;

        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var behind = _position - _head.Length - count;
            var piece = _position < _head.Length ? _head.AsMemory((int)_position)
                : behind >= 0 ? _tail.AsMemory((int)behind)
                : default;
            var length = (int)Math.Min(buffer.Length, piece.IsEmpty && behind < 0 ? -behind : piece.Length);
            if (piece.IsEmpty)
            {
                buffer.Span[..length].Fill((byte)'a');
            }
            else
            {
                piece.Span[..length].CopyTo(buffer.Span);
            }

            _position += length;
            return ValueTask.FromResult(length);
        }
    }
}
