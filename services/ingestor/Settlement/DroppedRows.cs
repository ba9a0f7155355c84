namespace Moodstream.Ingestor.Settlement;

/// <summary>Rows that never entered the window, by reason.</summary>
/// <param name="Duplicates">Repeats of an id.</param>
/// <param name="Unreadable">Rows that hold no post.</param>
/// <param name="Skipped">Posts that match nothing that is tracked.</param>
internal readonly record struct DroppedRows(long Duplicates, long Unreadable, long Skipped);
