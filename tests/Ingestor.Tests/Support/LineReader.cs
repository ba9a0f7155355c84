using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Moodstream.Ingestor.Rows;
using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor.Tests.Support;

/// <summary>
/// Rows of the simplest form: one id a line; a line that starts with an exclamation mark holds no post.
/// </summary>
internal sealed class LineReader : IRowReader
{
    public async IAsyncEnumerable<PostRow> ReadAsync(
        Stream stream, RowInput input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (input.From > 0)
        {
            stream.Position = input.From;
        }

        var offset = input.From;
        var number = 0L;
        using var reader = new StreamReader(stream, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            var next = offset + Encoding.UTF8.GetByteCount(line) + 1;
            yield return line.StartsWith('!')
                ? new PostRow(++number, offset, next, null, "expected an id, got '!'")
                : new PostRow(++number, offset, next, Some.Post(Id(line, number, input)), null);
            offset = next;
        }
    }

    private static string Id(string line, long number, RowInput input) => input.Run is { } run
        ? string.Create(CultureInfo.InvariantCulture, $"stdin:{run}:{number}")
        : line;
}
