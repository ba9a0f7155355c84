using System.Text.Json;
using Moodstream.BuildingBlocks.State;

namespace Moodstream.Ingestor.Settlement;

/// <summary>Loads and saves the cursor of one source. Used by the holder of the source's lease only.</summary>
internal sealed class CursorStore(IStateStore store, SourceKey source, TimeProvider clock)
{
    private const int MaxSettled = 65_536; // The largest window.

    private string? _etag;
    private byte[]? _tried; // What was offered last, of which a lost answer leaves open whether it was taken.

    /// <summary>The clock that the records are stamped with.</summary>
    public TimeProvider Clock { get; } = clock;

    /// <summary>What was saved last; null before the first save.</summary>
    /// <exception cref="SavedSourceException">It is of a newer version, or damaged.</exception>
    public async Task<SavedSource?> LoadAsync(CancellationToken cancellationToken)
    {
        if (await store.GetAsync(source.Cursor, cancellationToken) is not { } entry)
        {
            return null;
        }

        _etag = entry.ETag;
        var version = ReadVersion(entry.Value);
        if (version > SavedSource.CurrentVersion)
        {
            throw new SavedSourceException(
                source.Cursor, $"is of version {version}; this program reads up to {SavedSource.CurrentVersion}");
        }

        var saved = Read(entry.Value);
        if (saved.Settlement.Settled.Count > MaxSettled)
        {
            throw new SavedSourceException(
                source.Cursor, $"lists {saved.Settlement.Settled.Count} settled rows; at most {MaxSettled} can be");
        }

        return saved;
    }

    /// <summary>Saves; when this returns, a restart goes on from there.</summary>
    /// <exception cref="SavedSourceException">Somebody else has saved meanwhile; nothing is written then.</exception>
    public async Task SaveAsync(string mark, SettlementState state, CancellationToken cancellationToken)
    {
        var saved = new SavedSource
        {
            Version = SavedSource.CurrentVersion,
            Source = source.Name,
            Mark = mark,
            SavedAt = Clock.GetUtcNow(),
            Settlement = state,
        };
        var json = JsonSerializer.SerializeToUtf8Bytes(saved, IngestorJson.Default.SavedSource);

        // The lease keeps two ingestors apart; one that was asleep while it lost the lease is stopped by the etag. The
        // store does not tell the etag it gave, so it is read.
        var tried = _tried;
        _tried = json;
        var isTaken = await store.SetAsync(source.Cursor, json, _etag, cancellationToken);
        if (!isTaken && await ReadAsync(tried, cancellationToken) is { } before)
        {
            await store.SetAsync(source.Cursor, json, before.ETag, cancellationToken);
        }

        var written = await ReadAsync(json, cancellationToken)
            ?? throw new SavedSourceException(source.Cursor, $"was saved by another ingestor of source '{source.Name}'");
        _etag = written.ETag;
    }

    // Null when it is not what is given.
    private async Task<StateEntry?> ReadAsync(byte[]? given, CancellationToken cancellationToken) =>
        given is not null && await store.GetAsync(source.Cursor, cancellationToken) is { } entry
        && entry.Value.Span.SequenceEqual(given)
            ? entry
            : null;

    private SavedSource Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json.Span, IngestorJson.Default.SavedSource)
                ?? throw new JsonException("expected an object, got null");
        }
        catch (JsonException e)
        {
            throw new SavedSourceException(source.Cursor, $"is damaged: {e.Message}", e);
        }
    }

    // Alone and first: the other members of a newer version may be anything.
    private int ReadVersion(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.TryGetProperty("version", out var version) ? version.GetInt32() : 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new SavedSourceException(source.Cursor, $"is damaged: {e.Message}", e);
        }
    }
}
