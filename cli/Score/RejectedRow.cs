namespace Moodstream.Cli.Score;

/// <summary>A row that holds no post, as the rejected file has it.</summary>
/// <param name="File">Its input; null when there is only one.</param>
/// <param name="Line">1-based line it starts on.</param>
/// <param name="Offset">Byte offset it starts at.</param>
/// <param name="Reason">What was expected and what came.</param>
internal sealed record RejectedRow(string? File, long Line, long Offset, string Reason);
