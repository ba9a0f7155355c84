namespace Moodstream.Sidecar.Calls;

/// <summary>A call of the sidecar's HTTP API.</summary>
internal sealed record SidecarCall
{
    /// <summary>Most bytes of an answer that says whether something was done.</summary>
    public const int ShortAnswerBytes = 1024 * 1024;

    /// <summary>The verb.</summary>
    public required HttpMethod Method { get; init; }

    /// <summary>Path with query, escaped.</summary>
    public required string Path { get; init; }

    /// <summary>Body; null: none.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>Media type of the body.</summary>
    public string MediaType { get; init; } = "application/json";

    /// <summary>Header of this name; null: none.</summary>
    public string? IfMatch { get; init; }

    /// <summary>Longest it may take.</summary>
    public required TimeSpan Limit { get; init; }

    /// <summary>
    /// Whether somebody behind the sidecar may let the time pass, which then says nothing of the sidecar.
    /// </summary>
    public bool IsForSomebodyElse { get; init; }

    /// <summary>Most bytes read of the answer.</summary>
    public int MaxAnswerBytes { get; init; } = ShortAnswerBytes;

    /// <summary>
    /// A segment of a path. Its dots are escaped too where there is nothing else: a segment <c>..</c> would go up.
    /// </summary>
    public static string Segment(string text) => text.All(c => c == '.')
        ? string.Concat(Enumerable.Repeat("%2E", text.Length))
        : Uri.EscapeDataString(text);

    public override string ToString() => $"{Method} {Path}";
}
