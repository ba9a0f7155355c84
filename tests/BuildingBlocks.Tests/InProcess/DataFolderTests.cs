using Moodstream.BuildingBlocks.InProcess;

namespace Moodstream.BuildingBlocks.Tests.InProcess;

public sealed class DataFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_NoFolder_MakesOneOfThisFormat()
    {
        using var folder = DataFolder.Open(_folder["a/b"]);

        Assert.Equal("1", File.ReadAllText(_folder["a/b/format"]).Trim());
    }

    [Fact]
    public void Open_AlreadyOpen_SaysWhoHoldsIt()
    {
        using var held = DataFolder.Open(_folder.Path);

        var thrown = Assert.Throws<DataFolderInUseException>(() => DataFolder.Open(_folder.Path));

        Assert.Equal(Environment.ProcessId, thrown.ProcessId);
        Assert.Equal($"data folder {_folder.Path} is in use by process {Environment.ProcessId}", thrown.Message);
    }

    [Fact]
    public void Open_OwnerUnreadable_SaysAnotherProcess()
    {
        using var held = DataFolder.Open(_folder.Path);
        File.Delete(_folder["owner"]);

        var thrown = Assert.Throws<DataFolderInUseException>(() => DataFolder.Open(_folder.Path));

        Assert.Null(thrown.ProcessId);
    }

    [Fact]
    public void Open_HolderGone_Opens()
    {
        DataFolder.Open(_folder.Path).Dispose();

        using var folder = DataFolder.Open(_folder.Path);

        Assert.Equal(_folder.Path, folder.Path);
    }

    [Fact]
    public void Open_NewerFormat_IsRefusedByNameAndLeavesTheFolderFree()
    {
        File.WriteAllText(_folder["format"], "2\n");

        var thrown = Assert.Throws<DataFolderException>(() => DataFolder.Open(_folder.Path));

        Assert.Equal($"data folder {_folder.Path} is of format 2, this program reads up to 1", thrown.Message);
        File.WriteAllText(_folder["format"], "1\n");
        DataFolder.Open(_folder.Path).Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("one")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("99999999999999999999999999999999999999")]
    public void Open_FormatIsNoNumber_IsRefused(string format)
    {
        File.WriteAllText(_folder["format"], format);

        var thrown = Assert.Throws<DataFolderException>(() => DataFolder.Open(_folder.Path));

        Assert.Contains("is damaged: its file format should hold a number", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FolderOfOtherThings_IsRefusedAndLeftAsItWas()
    {
        File.WriteAllText(_folder["letter.txt"], "dear");

        var thrown = Assert.Throws<DataFolderException>(() => DataFolder.Open(_folder.Path));

        Assert.Contains("it holds letter.txt, but no file named format", thrown.Message, StringComparison.Ordinal);
        Assert.Equal([_folder["letter.txt"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Open_KilledBeforeTheFormatWasWritten_Opens()
    {
        File.WriteAllText(_folder["lock"], "");
        File.WriteAllText(_folder["format.tmp"], "");

        DataFolder.Open(_folder.Path).Dispose();

        Assert.Equal("1", File.ReadAllText(_folder["format"]).Trim());
    }

    [Fact]
    public void Open_PathIsAFile_SaysSo()
    {
        File.WriteAllText(_folder["file"], "");

        var thrown = Assert.Throws<DataFolderException>(() => DataFolder.Open(_folder["file"]));

        Assert.StartsWith($"data folder {_folder["file"]} cannot be used: ", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WriteWhole_FolderGone_LeavesNothing()
    {
        Assert.Throws<DirectoryNotFoundException>(() => DataFolder.WriteWhole(_folder["gone/x"], "1"u8.ToArray()));

        Assert.False(File.Exists(_folder["gone/x"]));
    }
}
