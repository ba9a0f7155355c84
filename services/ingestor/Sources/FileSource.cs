using System.Runtime.CompilerServices;

namespace Moodstream.Ingestor.Sources;

/// <summary>A file, read once from beginning to end. What is appended later is read at the next start.</summary>
/// <remarks>
/// A cursor belongs to the file's content, not to its name: if the file is shorter than it was, or begins with other
/// bytes, it is another file, which is read from its beginning.
/// </remarks>
internal sealed class FileSource(string path, IRowReader rows) : IPostSource
{
    public string Name => $"file:{path}";

    /// <exception cref="IOException">The file cannot be read.</exception>
    public Resumption Resume(string? mark)
    {
        using var stream = Open();
        var now = FileMark.Of(stream);
        return new Resumption(now.ToString(), mark is null ? null : FileMark.Compare(mark, stream));
    }

    public async IAsyncEnumerable<SourceItem> ReadAsync(
        SourcePosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = Open();
        var read = rows.ReadAsync(stream, new RowInput { Path = path, From = from.Offset }, cancellationToken);
        await foreach (var item in read.ToItemsAsync(cancellationToken))
        {
            yield return item;
        }
    }

    private FileStream Open() =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, useAsync: true);
}
