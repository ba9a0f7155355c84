using Moodstream.Ingestor.Rows;

namespace Moodstream.Cli.Score;

/// <summary>A place between two rows of all inputs; the default is the start of the first.</summary>
/// <param name="Input">Index of the input to read next.</param>
/// <param name="Row">Where in it.</param>
internal readonly record struct InputPosition(int Input, RowPosition Row);
