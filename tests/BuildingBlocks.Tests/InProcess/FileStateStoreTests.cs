using System.Text;
using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.State;
using Moodstream.Tests.Support.BuildingBlocks;

namespace Moodstream.BuildingBlocks.Tests.InProcess;

public sealed class FileStateStoreTests : StateContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private FileStateStore _store;

    public FileStateStoreTests() => _store = FileStateStore.Open(_folder.Path);

    protected override IStateStore Store => _store;

    private string StateFile => Assert.Single(Directory.GetFiles(_folder["state"]));

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Get_AfterReopening_IsTheValueAndItsETag()
    {
        await _store.SetAsync("cursor", "1"u8.ToArray(), null, default).DefaultTimeout();
        var before = await _store.GetAsync("cursor", default).DefaultTimeout();

        Reopen();

        var after = await _store.GetAsync("cursor", default).DefaultTimeout();
        Assert.Equal(before!.Value.ETag, after!.Value.ETag);
        Assert.Equal("1", Encoding.UTF8.GetString(after.Value.Value.Span));
    }

    [Fact]
    public async Task Set_DeletedSinceItWasRead_NeverMatchesTheOldETag()
    {
        await _store.SetAsync("cursor", "1"u8.ToArray(), null, default).DefaultTimeout();
        var old = (await _store.GetAsync("cursor", default).DefaultTimeout())!.Value.ETag;
        await _store.DeleteAsync("cursor", null, default).DefaultTimeout();
        await _store.SetAsync("cursor", "2"u8.ToArray(), null, default).DefaultTimeout();

        Assert.False(await _store.SetAsync("cursor", "3"u8.ToArray(), old, default).DefaultTimeout());
    }

    [Fact]
    public async Task Open_KilledInMidWrite_KeepsTheOldValueAndClearsTheRest()
    {
        await _store.SetAsync("cursor", "1"u8.ToArray(), null, default).DefaultTimeout();
        var unfinished = StateFile + ".tmp";
        await File.WriteAllTextAsync(unfinished, "2 1000 Y3Vyc29y\nhalf");

        Reopen();

        var entry = await _store.GetAsync("cursor", default).DefaultTimeout();
        Assert.Equal("1", Encoding.UTF8.GetString(entry!.Value.Value.Span));
        Assert.False(File.Exists(unfinished));
    }

    [Fact]
    public async Task Get_FileCutAtAnyByte_IsRefusedByName()
    {
        await _store.SetAsync("cursor", "[1,2,3]"u8.ToArray(), null, default).DefaultTimeout();
        var path = StateFile;
        var whole = await File.ReadAllBytesAsync(path);

        for (var length = 0; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(path, whole[..length]);

            var thrown = await Assert.ThrowsAsync<DataFolderException>(() => _store.GetAsync("cursor", default));
            Assert.Contains($"state file {path} is damaged", thrown.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Get_FileOfAnotherKey_IsRefused()
    {
        await _store.SetAsync("cursor", "1"u8.ToArray(), null, default).DefaultTimeout();
        var text = await File.ReadAllTextAsync(StateFile);
        await File.WriteAllTextAsync(StateFile, text.Replace("Y3Vyc29y", "bGVhc2U", StringComparison.Ordinal));

        var thrown = await Assert.ThrowsAsync<DataFolderException>(() => _store.GetAsync("cursor", default));

        Assert.Contains("holds another key than 'cursor'", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_ValueOverTheLimit_IsRefusedBeforeWriting()
    {
        var value = new byte[StateLimits.MostValueBytes + 1];

        await Assert.ThrowsAsync<ArgumentException>(() => _store.SetAsync("cursor", value, null, default));

        Assert.Empty(Directory.GetFiles(_folder["state"]));
    }

    [Fact]
    public async Task Set_LongestKey_FitsAFileName()
    {
        var key = new string('€', StateLimits.MostKeyCharacters);
        await _store.SetAsync(key, "1"u8.ToArray(), null, default).DefaultTimeout();

        Assert.NotNull(await _store.GetAsync(key, default).DefaultTimeout());
        await Assert.ThrowsAsync<ArgumentException>(() => _store.GetAsync(key + "€", default));
    }

    private void Reopen()
    {
        _store.Dispose();
        _store = FileStateStore.Open(_folder.Path);
    }
}
