namespace Moodstream.Ingestor.Rows;

/// <summary>The bytes of a row, and its place.</summary>
/// <param name="Bytes">Without the line end; empty when <paramref name="Fault"/> is set; valid until the next row.</param>
/// <param name="Line">1-based line it starts on.</param>
/// <param name="Offset">Byte offset it starts at.</param>
/// <param name="NextOffset">Byte offset behind it and its line end.</param>
/// <param name="NextLine">1-based line of <paramref name="NextOffset"/>.</param>
/// <param name="Fault">Why its bytes cannot be given; null when they are.</param>
internal readonly record struct RawRow(
    ReadOnlyMemory<byte> Bytes, long Line, long Offset, long NextOffset, long NextLine, string? Fault);
