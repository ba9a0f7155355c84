using System.Runtime.CompilerServices;
using Moodstream.Ingestor.Rows;

namespace Moodstream.Ingestor.Sources;

/// <summary>Rows of every format that <see cref="PostReader"/> knows, found out from the input itself.</summary>
internal sealed class PostRowReader(TimeProvider clock) : IRowReader
{
    public async IAsyncEnumerable<PostRow> ReadAsync(
        Stream stream, RowInput input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var options = input.Path is { } path ? PostReaderOptions.ForFile(path) : PostReaderOptions.ForStdin(input.Run ?? "");
        await using var reader = PostReader.Open(
            stream, options with { Start = new RowPosition(input.From), Clock = clock });
        while (await reader.ReadAsync(cancellationToken) is { } row)
        {
            yield return row;
        }
    }
}
