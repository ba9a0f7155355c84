using Moodstream.Ingestor.Rows;
using Moodstream.Ingestor.Sources;
using Moodstream.Ingestor.Tests.Support;

namespace Moodstream.Ingestor.Tests.Sources;

public sealed class FileSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;
    private readonly FileSource _source;

    public FileSourceTests()
    {
        _path = _folder["posts.txt"];
        _source = new FileSource(_path, new LineReader());
        File.WriteAllText(_path, "a\n!\nbc\nd\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ReadAsync_FromTheBeginning_GivesRowsAtTheirOffsets()
    {
        var items = await ReadAsync(default);

        Assert.Equal([0, 2, 4, 7], items.Select(i => i.Position.Offset));
        Assert.Equal(["a", null, "bc", "d"], items.Select(i => i.Post?.Id));
        Assert.Equal("expected an id, got '!'", items[1].Error);
    }

    [Fact]
    public async Task ReadAsync_FromAPosition_GivesTheRowsFromThere()
    {
        var items = await ReadAsync(new SourcePosition(4));

        Assert.Equal(["bc", "d"], items.Select(i => i.Post?.Id));
    }

    [Fact]
    public void Resume_SameFile_GoesOn()
    {
        var mark = _source.Resume(null).Mark;

        Assert.Null(_source.Resume(mark).Obstacle);
    }

    [Fact]
    public void Resume_FileHasGrown_GoesOn()
    {
        var mark = _source.Resume(null).Mark;
        File.AppendAllText(_path, "e\n");

        Assert.Null(_source.Resume(mark).Obstacle);
    }

    [Fact]
    public void Resume_FileIsShorter_StartsOver()
    {
        var mark = _source.Resume(null).Mark;
        File.WriteAllText(_path, "a\n");

        Assert.Equal("the file has 2 bytes, it had 9", _source.Resume(mark).Obstacle);
    }

    [Fact]
    public void Resume_FileBeginsOtherwise_StartsOver()
    {
        var mark = _source.Resume(null).Mark;
        File.WriteAllText(_path, "x\n!\nbc\nd\nand more\n");

        Assert.Equal("the file begins with other bytes than before", _source.Resume(mark).Obstacle);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sample run")]
    [InlineData("-3:00")]
    public void Resume_ForeignMark_StartsOver(string mark)
    {
        Assert.NotNull(_source.Resume(mark).Obstacle);
    }

    [Fact]
    public void Resume_NoFile_Throws()
    {
        File.Delete(_path);

        Assert.Throws<FileNotFoundException>(() => _source.Resume(null));
    }

    [Fact]
    public async Task ToItemsAsync_SeveralPostsOfOneLine_AreNumbered()
    {
        long[] offsets = [0, 0, 0, 9, 20, 20];
        var rows = offsets.Select(o => new PostRow(1, o, o + 1, Some.Post("p"), null)).ToAsyncEnumerable();

        var positions = await rows.ToItemsAsync(CancellationToken.None).Select(i => i.Position).ToListAsync();

        Assert.Equal([new(0), new(0, 1), new(0, 2), new(9), new(20), new(20, 1)], positions);
    }

    private async Task<List<SourceItem>> ReadAsync(SourcePosition from)
    {
        _source.Resume(null);
        return await _source.ReadAsync(from, CancellationToken.None).ToListAsync();
    }
}
