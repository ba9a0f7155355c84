using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Moodstream.Contracts;

namespace Moodstream.Ingestor.Sources;

/// <summary>
/// The bundled posts, over and over: lap after lap without end. A position is the number of posts before it.
/// </summary>
/// <remarks>
/// Ids are <c>sample:RUN:LAP:N</c>. A restart goes on in the same run, so a post interrupted by it keeps its id.
/// </remarks>
internal sealed class SampleSource(IReadOnlyList<SamplePost> posts, TimeProvider clock) : IPostSource
{
    private string _run = "";

    public string Name => "sample";

    public Resumption Resume(string? mark)
    {
        _run = mark ?? RandomNumberGenerator.GetHexString(8, lowercase: true);
        return new Resumption(_run, Obstacle: null);
    }

    public async IAsyncEnumerable<SourceItem> ReadAsync(
        SourcePosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var number = from.Offset + (from.Index > 0 ? 1 : 0); ; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new SourceItem(new SourcePosition(number), Make(number), Error: null);
            await ValueTask.CompletedTask;
        }
    }

    private Post Make(long number)
    {
        var (lap, index) = Math.DivRem(number, posts.Count);
        var sample = posts[(int)index];
        var now = clock.GetUtcNow();
        return new Post
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"sample:{_run}:{lap + 1}:{index + 1}"),
            Source = "sample",
            Text = sample.Text,
            Author = sample.Author,
            Topics = sample.Topics,
            CreatedAt = now,
            ReceivedAt = now,
        };
    }
}
