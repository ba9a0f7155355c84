using System.Text;
using Moodstream.BuildingBlocks.State;

namespace Moodstream.Tests.Support.BuildingBlocks;

/// <summary>What any state store does. Derive it once per adapter.</summary>
public abstract class StateContract
{
    private readonly string _key = $"contract/{Guid.NewGuid():N}";

    /// <summary>The store under test, the same for the whole of a test.</summary>
    protected abstract IStateStore Store { get; }

    [Fact]
    public async Task Get_NeverWritten_IsNull() => Assert.Null(await GetAsync());

    [Fact]
    public async Task Get_Written_IsTheValue()
    {
        await SetAsync("1", etag: null);

        var entry = await GetAsync();

        Assert.Equal("1", Text(entry));
        Assert.NotEmpty(entry!.Value.ETag);
    }

    [Fact]
    public async Task Get_OtherKeyWritten_IsNull()
    {
        await Store.SetAsync(_key + "?", "1"u8.ToArray(), null, default).DefaultTimeout();

        Assert.Null(await GetAsync());
    }

    [Theory]
    [InlineData("Ä ö/ü\\ # ? % . ..")]
    [InlineData("../../outside")]
    [InlineData("CON")]
    [InlineData(" ")]
    public async Task Get_AwkwardKeyWritten_IsTheValue(string key)
    {
        key += _key;
        await Store.SetAsync(key, "1"u8.ToArray(), null, default).DefaultTimeout();

        Assert.Equal("1", Text(await Store.GetAsync(key, default).DefaultTimeout()));
    }

    [Fact]
    public async Task Get_KeysThatDifferInCase_AreDifferent()
    {
        await Store.SetAsync(_key + "a", "1"u8.ToArray(), null, default).DefaultTimeout();
        await Store.SetAsync(_key + "A", "2"u8.ToArray(), null, default).DefaultTimeout();

        Assert.Equal("1", Text(await Store.GetAsync(_key + "a", default).DefaultTimeout()));
    }

    [Fact]
    public async Task Set_WithoutETag_OverwritesAndChangesTheETag()
    {
        await SetAsync("1", etag: null);
        var first = await GetAsync();

        Assert.True(await SetAsync("2", etag: null));

        var second = await GetAsync();
        Assert.Equal("2", Text(second));
        Assert.NotEqual(first!.Value.ETag, second!.Value.ETag);
    }

    [Fact]
    public async Task Set_WithTheETagRead_Writes()
    {
        await SetAsync("1", etag: null);

        Assert.True(await SetAsync("2", (await GetAsync())!.Value.ETag));

        Assert.Equal("2", Text(await GetAsync()));
    }

    [Fact]
    public async Task Set_WithAnOldETag_WritesNothing()
    {
        await SetAsync("1", etag: null);
        var old = (await GetAsync())!.Value.ETag;
        await SetAsync("2", etag: null);

        Assert.False(await SetAsync("3", old));

        Assert.Equal("2", Text(await GetAsync()));
    }

    [Fact]
    public async Task Set_WithTheETagNoKeyHas_WritesOnlyWhereThereIsNone()
    {
        Assert.True(await SetAsync("1", StateEntry.NeverETag));
        Assert.False(await SetAsync("2", StateEntry.NeverETag));

        Assert.Equal("1", Text(await GetAsync()));
    }

    [Fact]
    public async Task Set_ManyAtOnceWithTheSameETag_OneWrites()
    {
        await SetAsync("0", etag: null);
        var etag = (await GetAsync())!.Value.ETag;

        var written = await Task.WhenAll(Enumerable.Range(1, 16).Select(i => SetAsync($"{i}", etag)));

        Assert.Single(written, w => w);
    }

    [Fact]
    public async Task Set_BufferIsReusedAfterwards_KeepsWhatWasWritten()
    {
        var buffer = "1"u8.ToArray();
        await Store.SetAsync(_key, buffer, null, default).DefaultTimeout();

        buffer[0] = (byte)'2';

        Assert.Equal("1", Text(await GetAsync()));
    }

    [Fact]
    public async Task Delete_Written_IsGone()
    {
        await SetAsync("1", etag: null);

        Assert.True(await Store.DeleteAsync(_key, null, default).DefaultTimeout());

        Assert.Null(await GetAsync());
    }

    [Fact]
    public async Task Delete_WithAnOldETag_DeletesNothing()
    {
        await SetAsync("1", etag: null);
        var old = (await GetAsync())!.Value.ETag;
        await SetAsync("2", etag: null);

        Assert.False(await Store.DeleteAsync(_key, old, default).DefaultTimeout());

        Assert.Equal("2", Text(await GetAsync()));
    }

    [Fact]
    public async Task Delete_NeverWritten_Succeeds() =>
        Assert.True(await Store.DeleteAsync(_key, null, default).DefaultTimeout());

    [Theory]
    [InlineData("")]
    [InlineData("a||b")]
    public async Task Get_KeyOutsideTheRules_Throws(string key) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.GetAsync(key, default));

    private Task<StateEntry?> GetAsync() => Store.GetAsync(_key, default).DefaultTimeout();

    private Task<bool> SetAsync(string value, string? etag) =>
        Store.SetAsync(_key, Encoding.UTF8.GetBytes(value), etag, default).DefaultTimeout();

    private static string? Text(StateEntry? entry) =>
        entry is { } e ? Encoding.UTF8.GetString(e.Value.Span) : null;
}
