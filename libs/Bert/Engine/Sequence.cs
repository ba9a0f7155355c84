namespace Moodstream.Bert.Engine;

/// <summary>Where a sequence is in a batch.</summary>
/// <param name="Start">Its first id.</param>
/// <param name="Tokens">Ids left once trailing padding is cut.</param>
/// <param name="HasHoles">Whether one of these is masked.</param>
internal readonly record struct Sequence(int Start, int Tokens, bool HasHoles);
