using System.IO.Pipes;
using Moodstream.Ingestor.Sources;
using Moodstream.Ingestor.Tests.Support;

namespace Moodstream.Ingestor.Tests.Sources;

public sealed class StdinSourceTests
{
    [Fact]
    public async Task ReadAsync_ToItsEnd_GivesEveryRow()
    {
        var source = new StdinSource(() => new MemoryStream("a\nb\n"u8.ToArray()), new LineReader());
        var run = source.Resume(null).Mark;

        var items = await source.ReadAsync(default, CancellationToken.None).ToListAsync();

        Assert.Equal([$"stdin:{run}:1", $"stdin:{run}:2"], items.Select(i => i.Post?.Id));
    }

    [Fact]
    public void Resume_AfterARestart_CannotGoOn()
    {
        var source = new StdinSource(() => Stream.Null, new LineReader());

        var resumption = source.Resume("an earlier run");

        Assert.NotNull(resumption.Obstacle);
        Assert.NotEqual("an earlier run", resumption.Mark);
    }

    [Fact]
    public async Task ReadAsync_CancelledWhileNobodyWrites_EndsAtOnce()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var stop = new CancellationTokenSource();
        var source = new StdinSource(
            () => new AnonymousPipeClientStream(PipeDirection.In, pipe.ClientSafePipeHandle), new LineReader());

        var reading = source.ReadAsync(default, stop.Token).ToListAsync(stop.Token).AsTask();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.DefaultTimeout());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(200_000)]
    public async Task AbandonableStream_AnyBufferSize_GivesTheSameBytes(int bufferSize)
    {
        var bytes = new byte[150_000];
        new Random(bufferSize).NextBytes(bytes);
        using var stream = new AbandonableStream(new MemoryStream(bytes));
        using var copy = new MemoryStream();

        var buffer = new byte[bufferSize];
        while (await stream.ReadAsync(buffer) is > 0 and var read)
        {
            copy.Write(buffer, 0, read);
        }

        Assert.Equal(bytes, copy.ToArray());
    }
}
