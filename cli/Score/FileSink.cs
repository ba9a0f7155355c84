using System.Buffers;
using System.Text.Json;

namespace Moodstream.Cli.Score;

/// <summary>
/// A file of scores and one of rejected rows. They grow under other names, with a checkpoint every few seconds that says
/// up to where they can be trusted; they get their own names when the run is over. So what has its own name is whole.
/// </summary>
internal sealed class FileSink : IScoreSink
{
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(2);

    private readonly ScoreFiles _files;
    private readonly RunIdentity _run;
    private readonly TimeProvider _clock;
    private readonly ScoreWriter _writer;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly OutputPart _scores;
    private readonly OutputPart _rejected;
    private long _savedAt;
    private InputPosition _next;

    private FileSink(ScoreFiles files, RunIdentity run, TimeProvider clock, OutputPart scores, OutputPart rejected)
    {
        _files = files;
        _run = run;
        _clock = clock;
        _scores = scores;
        _rejected = rejected;

        // The name was checked with the command line.
        _writer = ScoreWriter.For(ScoreWriter.FormatOf(files.Output) ?? ScoreFormat.Jsonl);
        _savedAt = clock.GetTimestamp();
    }

    public InputPosition Start { get; private init; }

    public ScoreTally Tally { get; private set; } = new();

    /// <summary>Starts an output, or goes on with one.</summary>
    /// <param name="files">Where it is.</param>
    /// <param name="run">What it is made of.</param>
    /// <param name="resume">Whether to go on, if there is something to go on with.</param>
    /// <param name="clock">Tells when a checkpoint is due.</param>
    /// <param name="open">Opens a file for writing.</param>
    /// <exception cref="CommandException">It cannot be written, or was made of something else.</exception>
    public static FileSink Open(
        ScoreFiles files, RunIdentity run, bool resume, TimeProvider clock, Func<string, Stream>? open = null)
    {
        open ??= OpenFile;
        OutputPart? scores = null;
        OutputPart? rejected = null;
        try
        {
            var checkpoint = resume ? ScoreCheckpoint.Load(files.Checkpoint) : null;
            if (checkpoint?.Run.DifferencesFrom(run).ToList() is { Count: > 0 } differences)
            {
                throw new CommandException(
                    ExitCodes.Unreadable,
                    $"cannot resume {files.Output}: {string.Join("; ", differences)}. Start over with --force");
            }

            scores = OutputPart.Open(files.Partial, files.Output, checkpoint?.OutputBytes, open);
            rejected = OutputPart.Open(files.RejectedPartial, files.Rejected, checkpoint?.RejectedBytes, open);
            var sink = new FileSink(files, run, clock, scores, rejected)
            {
                Start = checkpoint?.Next ?? default,
                Tally = checkpoint?.Tally ?? new ScoreTally(),
                _next = checkpoint?.Next ?? default,
            };
            sink.Begin(isNew: checkpoint is null);
            return sink;
        }
        catch (Exception e)
        {
            scores?.Dispose();
            rejected?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
            {
                throw CannotWrite(files.Output, e);
            }

            throw;
        }
    }

    public ValueTask WriteAsync(ScoreBatch batch)
    {
        try
        {
            _buffer.ResetWrittenCount();
            for (var i = 0; i < batch.Posts.Count; i++)
            {
                _writer.Write(batch.RowOf(i), _buffer);
            }

            _scores.Write(_buffer.WrittenSpan);
            _buffer.ResetWrittenCount();
            foreach (var row in batch.Rejected)
            {
                using var json = new Utf8JsonWriter(_buffer, JsonlScoreWriter.Options);
                JsonSerializer.Serialize(json, row, ScoreJson.Default.RejectedRow);
                json.Flush();
                _buffer.Write("\n"u8);
            }

            _rejected.Write(_buffer.WrittenSpan);
            _scores.Commit();
            _rejected.Commit();
            _next = batch.After;
            Tally = Tally.Plus(batch);
            if (_clock.GetElapsedTime(_savedAt) >= CheckpointInterval)
            {
                Save();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(_files.Output, e);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask SuspendAsync()
    {
        try
        {
            _scores.Rollback();
            _rejected.Rollback();
            Save();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The checkpoint before stands, and the caller knows already why the run ends: a full disk, most likely.
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync()
    {
        try
        {
            Save();
            if (_rejected.Length > 0)
            {
                _rejected.Publish(_files.Rejected);
            }
            else
            {
                _rejected.Discard(_files.Rejected);
            }

            _scores.Publish(_files.Output);
            File.Delete(_files.Checkpoint);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(_files.Output, e);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _scores.Dispose();
        _rejected.Dispose();
        return ValueTask.CompletedTask;
    }

    private static FileStream OpenFile(string path) =>
        new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

    private static CommandException CannotWrite(string output, Exception e) =>
        new(ExitCodes.Unreadable, $"cannot write {output}: {e.Message}");

    private void Begin(bool isNew)
    {
        if (isNew)
        {
            _scores.Write(_writer.Header);
            _scores.Commit();
            Save();
        }
    }

    private void Save()
    {
        _scores.FlushToDisk();
        _rejected.FlushToDisk();
        new ScoreCheckpoint
        {
            Version = ScoreCheckpoint.CurrentVersion,
            Run = _run,
            Next = _next,
            OutputBytes = _scores.Length,
            RejectedBytes = _rejected.Length,
            Tally = Tally,
        }.Save(_files.Checkpoint);
        _savedAt = _clock.GetTimestamp();
    }
}
