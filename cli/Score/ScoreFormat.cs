namespace Moodstream.Cli.Score;

/// <summary>How scores are written.</summary>
internal enum ScoreFormat
{
    /// <summary>One JSON object a line.</summary>
    Jsonl,

    /// <summary>RFC 4180 under a header row.</summary>
    Csv,
}
