namespace Moodstream.Ingestor.Rows;

/// <summary>A place between two posts of an input; the default is its start.</summary>
/// <param name="Offset">Byte offset of the row to read next; of a compressed file, in the unpacked bytes.</param>
/// <param name="Index">Posts of that row that were read already; above 0 only within an API response.</param>
/// <param name="Line">1-based line of <paramref name="Offset"/>; 0 for "count from 1 here".</param>
internal readonly record struct RowPosition(long Offset, int Index = 0, long Line = 0);
