using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Moodstream.Ingestor.Sources;

/// <summary>Standard input. What was read of it cannot be read again: a restart loses what was in flight.</summary>
/// <remarks>
/// A kill cannot be counted to the post: the loss that the next start shows is what was unsettled at the last save.
/// </remarks>
/// <param name="open">Opens the stream; its reads may block without end.</param>
/// <param name="rows">Parses it.</param>
internal sealed class StdinSource(Func<Stream> open, IRowReader rows) : IPostSource
{
    private readonly string _run = RandomNumberGenerator.GetHexString(8, lowercase: true);

    public string Name => "stdin";

    public Resumption Resume(string? mark) =>
        new(_run, mark is null ? null : "what was read from standard input cannot be read again");

    public async IAsyncEnumerable<SourceItem> ReadAsync(
        SourcePosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = new AbandonableStream(open());
        var read = rows.ReadAsync(stream, new RowInput { Run = _run }, cancellationToken);
        await foreach (var item in read.ToItemsAsync(cancellationToken))
        {
            yield return item;
        }
    }
}
