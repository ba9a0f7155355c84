namespace Moodstream.Ingestor.Sources;

/// <summary>Whether a source can go on from a saved cursor.</summary>
/// <param name="Mark">What to save with the cursor from now on, so that the next start can compare.</param>
/// <param name="Obstacle">
/// Why the cursor cannot be used: the source is read from its beginning then, and what was in flight is lost.
/// Null when reading goes on where it stopped.
/// </param>
internal readonly record struct Resumption(string Mark, string? Obstacle);
