namespace Moodstream.Redis.Wire;

/// <summary>What is taken of one answer. All of it is checked before memory is.</summary>
internal sealed record RespLimits
{
    /// <summary>Most bytes, announced ones included.</summary>
    public int MaxReplyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Longest simple string or error.</summary>
    public int MaxLineBytes { get; init; } = 64 * 1024;

    /// <summary>Most elements of all its arrays together.</summary>
    public int MaxElements { get; init; } = 1_000_000;

    /// <summary>Deepest nesting of arrays. XRANGE has three levels.</summary>
    public int MaxDepth { get; init; } = 8;
}
