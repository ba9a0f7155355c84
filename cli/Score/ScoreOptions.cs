using Moodstream.Ingestor.Rows;

namespace Moodstream.Cli.Score;

/// <summary>What <c>moodstream score</c> was asked for.</summary>
internal sealed record ScoreOptions
{
    /// <summary>Standard input or output instead of a file.</summary>
    public const string Standard = "-";

    /// <summary>Smallest <see cref="BatchTokens"/>.</summary>
    public const int MinBatchTokens = 2;

    /// <summary>Largest <see cref="BatchTokens"/>.</summary>
    public const int MaxBatchTokens = 1 << 20;

    /// <summary>Files, or <see cref="Standard"/>; in order.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Where the scores go.</summary>
    /// <value>Default: null, for standard output.</value>
    public string? Output { get; init; }

    /// <summary>How the inputs are written.</summary>
    /// <value>Default: <see cref="RowFormat.Auto"/>, each told by itself.</value>
    public RowFormat Format { get; init; }

    /// <summary>Where the text is in a row.</summary>
    /// <value>Default: null, see <see cref="PostReaderOptions.TextField"/>.</value>
    public string? TextField { get; init; }

    /// <summary>Where the id is in a row.</summary>
    /// <value>Default: null, see <see cref="PostReaderOptions.IdField"/>.</value>
    public string? IdField { get; init; }

    /// <summary>Most token ids scored at once.</summary>
    /// <value>Default: 8192; 2 to 1048576, and at least as many as one post may have.</value>
    public int BatchTokens { get; init; } = 8192;

    /// <summary>Whether to go on with an interrupted run.</summary>
    /// <value>Default: false.</value>
    public bool Resume { get; init; }

    /// <summary>Whether to write over what is there.</summary>
    /// <value>Default: false.</value>
    public bool Force { get; init; }

    /// <summary>Whether the summary is JSON.</summary>
    /// <value>Default: false.</value>
    public bool Json { get; init; }

    /// <summary>What is wrong with the combination; null when nothing is.</summary>
    public string? Fault => this switch
    {
        { Inputs.Count: 0 } => "no input; give a file, or - for standard input",
        { Resume: true, Force: true } => "--resume goes on with a run and --force starts over: choose one",
        { Resume: true, Output: null } => "--resume needs -o OUT: what went to standard output is not known here",
        { Resume: true } when Inputs.Contains(Standard) => "--resume needs files: standard input cannot be read again",
        _ when Inputs.Count(i => i == Standard) > 1 => "standard input (-) can be read only once",
        { BatchTokens: < MinBatchTokens or > MaxBatchTokens } =>
            $"--batch-tokens is {BatchTokens}; expected {MinBatchTokens} to {MaxBatchTokens}",
        { TextField: "" } or { IdField: "" } => "--text-field and --id-field need a name",
        _ when Output is not null && ScoreWriter.FormatOf(Output) is null =>
            $"{Output}: expected an output that ends in .jsonl, .ndjson or .csv",
        _ => null,
    };
}
