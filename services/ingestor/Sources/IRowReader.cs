using Moodstream.Ingestor.Rows;

namespace Moodstream.Ingestor.Sources;

/// <summary>Turns bytes into rows, whatever their format. The place where a source meets the parsers.</summary>
internal interface IRowReader
{
    /// <summary>Reads rows in order until the stream ends.</summary>
    /// <param name="stream">At its beginning; stays open.</param>
    /// <param name="input">What the stream is.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<PostRow> ReadAsync(Stream stream, RowInput input, CancellationToken cancellationToken);
}
