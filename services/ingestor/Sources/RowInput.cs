namespace Moodstream.Ingestor.Sources;

/// <summary>What a row reader reads from.</summary>
internal sealed record RowInput
{
    /// <summary>Full path of the file, part of the ids of rows without one; null for standard input.</summary>
    public string? Path { get; init; }

    /// <summary>The run, part of the ids of rows of standard input; null for a file.</summary>
    public string? Run { get; init; }

    /// <summary>Where the first row starts that is wanted: a row's offset given before, or 0.</summary>
    public long From { get; init; }
}
