namespace Moodstream.Ingestor.Rows;

/// <summary>How the rows of an input are written.</summary>
internal enum RowFormat
{
    /// <summary>Told from the name and the first bytes.</summary>
    Auto,

    /// <summary>One JSON object a line.</summary>
    Jsonl,

    /// <summary>JSON objects in an array, or one after another, over any number of lines.</summary>
    Json,

    /// <summary>X API v2 response or stream objects, one a line or spread over lines.</summary>
    X,

    /// <summary>Comma-separated values under a header row (RFC 4180).</summary>
    Csv,

    /// <summary>Tab-separated values under a header row.</summary>
    Tsv,

    /// <summary>One post a line, an empty line too.</summary>
    Text,
}
