namespace Moodstream.Ingestor.Rows;

/// <summary>What the head of an input told about its rows.</summary>
/// <param name="Format">Never <see cref="RowFormat.Auto"/>.</param>
/// <param name="IsLines">Whether each row is a line; of JSON formats only.</param>
/// <param name="IsArray">Whether the rows are the elements of one JSON array.</param>
internal readonly record struct RowLayout(RowFormat Format, bool IsLines = true, bool IsArray = false);
