using System.Text;
using Moodstream.Ingestor.Settlement;
using Moodstream.Ingestor.Sources;
using Moodstream.Ingestor.Tests.Support;

namespace Moodstream.Ingestor.Tests.Settlement;

public sealed class CursorStoreTests
{
    private static readonly SourceKey Key = new("file:/data/posts.jsonl");

    private readonly MemoryStateStore _state = new();
    private readonly CursorStore _store;

    public CursorStoreTests()
    {
        _store = new CursorStore(_state, Key, new ManualTimeProvider());
    }

    [Fact]
    public async Task LoadAsync_NothingSaved_IsNull()
    {
        var loaded = await _store.LoadAsync(CancellationToken.None).DefaultTimeout();

        Assert.Null(loaded);
    }

    [Fact]
    public async Task LoadAsync_WhatWasSaved_IsTheSame()
    {
        var state = Some.State with
        {
            Cursor = new SourcePosition(1234, 5),
            Settled = [new SourcePosition(1300), new SourcePosition(long.MaxValue, int.MaxValue)],
            Dropped = new DroppedRows(1, 2, 3),
        };

        await _store.SaveAsync("mark", state, CancellationToken.None).DefaultTimeout();
        var loaded = await _store.LoadAsync(CancellationToken.None).DefaultTimeout();

        Assert.Equal(("mark", Key.Name), (loaded?.Mark, loaded?.Source));
        Assert.Equal(state, loaded?.Settlement);
    }

    [Fact]
    public async Task LoadAsync_NewerVersion_IsRefusedByNumber()
    {
        await WriteAsync("""{"version":2,"whatever":[]}""");

        var e = await Assert.ThrowsAsync<SavedSourceException>(() => _store.LoadAsync(CancellationToken.None));

        Assert.Contains("is of version 2; this program reads up to 1", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"version":"1"}""")]
    [InlineData("""{"version":1}""")]
    [InlineData("""{"version":1,"source":"","mark":"","savedAt":"2026-01-01","settlement":null}""")]
    [InlineData("""{"version":1,"source":"","mark":"","savedAt":"2026-01-01","settlement":{"cursor":"-1"}}""")]
    public async Task LoadAsync_Damaged_IsRefused(string json)
    {
        await WriteAsync(json);

        var e = await Assert.ThrowsAsync<SavedSourceException>(() => _store.LoadAsync(CancellationToken.None));

        Assert.Contains(Key.Cursor, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SaveAsync_SavedByAnotherMeanwhile_IsRefusedAndWritesNothing()
    {
        var other = new CursorStore(_state, Key, new ManualTimeProvider());
        await _store.SaveAsync("mine", Some.State, CancellationToken.None).DefaultTimeout();
        await other.LoadAsync(CancellationToken.None).DefaultTimeout();
        await other.SaveAsync("theirs", Some.State, CancellationToken.None).DefaultTimeout();

        await Assert.ThrowsAsync<SavedSourceException>(
            () => _store.SaveAsync("mine", Some.State, CancellationToken.None));

        Assert.Equal("theirs", (await other.LoadAsync(CancellationToken.None).DefaultTimeout())?.Mark);
    }

    [Fact]
    public async Task SaveAsync_AnswerToTheSaveBeforeWasLost_TakesItForItsOwn()
    {
        await _store.SaveAsync("first", Some.State, CancellationToken.None).DefaultTimeout();
        _state.AfterWrite = _ => throw new IOException("no answer");
        await Assert.ThrowsAsync<IOException>(() => _store.SaveAsync("second", Some.State, CancellationToken.None));
        _state.AfterWrite = _ => { };

        await _store.SaveAsync("third", Some.State, CancellationToken.None).DefaultTimeout();
        await _store.SaveAsync("fourth", Some.State, CancellationToken.None).DefaultTimeout();

        Assert.Equal("fourth", (await _store.LoadAsync(CancellationToken.None).DefaultTimeout())?.Mark);
    }

    private Task<bool> WriteAsync(string json) =>
        _state.SetAsync(Key.Cursor, Encoding.UTF8.GetBytes(json), etag: null, CancellationToken.None);
}
