using System.Buffers;

namespace Moodstream.Cli.Score;

/// <summary>Standard output: written through, and nothing to resume from. Bad rows are lines on standard error.</summary>
internal sealed class StreamSink(Stream output, TextWriter error) : IScoreSink
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly ScoreWriter _writer = ScoreWriter.For(ScoreFormat.Jsonl);

    public InputPosition Start => default;

    public ScoreTally Tally { get; private set; } = new();

    public async ValueTask WriteAsync(ScoreBatch batch)
    {
        _buffer.ResetWrittenCount();
        for (var i = 0; i < batch.Posts.Count; i++)
        {
            _writer.Write(batch.RowOf(i), _buffer);
        }

        try
        {
            await output.WriteAsync(_buffer.WrittenMemory);
            await output.FlushAsync();
        }
        catch (IOException e)
        {
            throw new CommandException(ExitCodes.Unreadable, $"cannot write to standard output: {e.Message}");
        }

        foreach (var row in batch.Rejected)
        {
            await error.WriteLineAsync($"rejected: {row.File ?? "input"}, line {row.Line}: {row.Reason}");
        }

        Tally = Tally.Plus(batch);
    }

    public ValueTask SuspendAsync() => ValueTask.CompletedTask;

    public ValueTask CompleteAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => output.DisposeAsync();
}
