namespace Moodstream.Ingestor.Sources;

/// <summary>Where posts come from. Read by one loop, once.</summary>
internal interface IPostSource
{
    /// <summary>Names the source for people, and in the state store: one cursor and one lease per name.</summary>
    string Name { get; }

    /// <summary>
    /// Compares what is there now with what the saved cursor belonged to. Called once, before reading.
    /// </summary>
    /// <param name="mark">The mark saved with the cursor; null when nothing was saved yet.</param>
    Resumption Resume(string? mark);

    /// <summary>Reads rows from a position on, in the order of their positions, until the source ends.</summary>
    /// <param name="from">A position given by this source before, or the default: the beginning.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<SourceItem> ReadAsync(SourcePosition from, CancellationToken cancellationToken);
}
