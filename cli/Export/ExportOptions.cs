namespace Moodstream.Cli.Export;

/// <summary>What <c>moodstream export-savedmodel</c> was asked for.</summary>
internal sealed record ExportOptions
{
    /// <summary>Folder of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Where to write, as it was typed.</summary>
    public required string Output { get; init; }

    /// <summary>Tokens of every text, where they are to be declared.</summary>
    public int? FixedLength { get; init; }

    /// <summary>Whether weights are rounded to half precision.</summary>
    public bool HalfPrecision { get; init; }

    /// <summary>Whether a SavedModel that is there is replaced.</summary>
    public bool Force { get; init; }
}
