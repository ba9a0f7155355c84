using System.Runtime.CompilerServices;
using Moodstream.Ingestor.Rows;

namespace Moodstream.Ingestor.Sources;

/// <summary>Gives rows their positions: a line's offset, and the how-manieth post of that line it is.</summary>
internal static class RowPositions
{
    public static async IAsyncEnumerable<SourceItem> ToItemsAsync(
        this IAsyncEnumerable<PostRow> rows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var previous = new SourcePosition(-1);
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            var position = row.Offset == previous.Offset ? previous.Next : new SourcePosition(row.Offset);
            yield return new SourceItem(position, row.Post, row.Error);
            previous = position;
        }
    }
}
