using System.Buffers;

namespace Moodstream.Cli.Score;

/// <summary>Writes scores; equal rows give equal bytes on every machine.</summary>
internal abstract class ScoreWriter
{
    /// <summary>What an output starts with.</summary>
    public virtual ReadOnlySpan<byte> Header => default;

    /// <summary>The format of an output by its name; null when its extension means another one.</summary>
    public static ScoreFormat? FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" => ScoreFormat.Csv,
        ".jsonl" or ".ndjson" or "" => ScoreFormat.Jsonl,
        _ => null,
    };

    /// <summary>Makes a writer.</summary>
    public static ScoreWriter For(ScoreFormat format) =>
        format == ScoreFormat.Csv ? new CsvScoreWriter() : new JsonlScoreWriter();

    /// <summary>Writes one line.</summary>
    public abstract void Write(in ScoreRow row, IBufferWriter<byte> output);
}
