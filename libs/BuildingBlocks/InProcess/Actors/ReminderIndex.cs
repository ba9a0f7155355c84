using System.Text.Json;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.State;

namespace Moodstream.BuildingBlocks.InProcess.Actors;

/// <summary>
/// Ids of the actors of one type that have reminders, under one key: a state store cannot list its keys, and after a
/// restart reminders must fire without a call. It may hold ids without reminders, never the other way round.
/// </summary>
internal sealed class ReminderIndex(IStateStore store, string key) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private HashSet<string>? _ids;

    /// <summary>The ids as last written.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync()
    {
        await _gate.WaitAsync();
        try
        {
            return [.. await LoadedAsync()];
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Adds an id, on the disk when this returns, before its actor's first reminder is saved.</summary>
    public Task AddAsync(string id) => ChangeAsync(ids => ids.Add(id), ids => ids.Remove(id));

    /// <summary>Removes an id, after its actor's last reminder is gone.</summary>
    public Task RemoveAsync(string id) => ChangeAsync(ids => ids.Remove(id), ids => ids.Add(id));

    /// <inheritdoc />
    public void Dispose() => _gate.Dispose();

    private async Task ChangeAsync(Func<HashSet<string>, bool> change, Action<HashSet<string>> undo)
    {
        await _gate.WaitAsync();
        try
        {
            var ids = await LoadedAsync();
            if (!change(ids))
            {
                return;
            }

            try
            {
                await store.SetAsync(key, Write(ids), etag: null, CancellationToken.None);
            }
            catch
            {
                undo(ids);
                throw;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<HashSet<string>> LoadedAsync() =>
        _ids ??= Read((await store.GetAsync(key, CancellationToken.None))?.Value);

    private HashSet<string> Read(ReadOnlyMemory<byte>? json)
    {
        if (json is not { } value)
        {
            return new(StringComparer.Ordinal);
        }

        try
        {
            using var document = JsonDocument.Parse(value);
            return document.RootElement.EnumerateArray().Select(id => id.GetString() ?? "")
                .Where(ActorAddress.IsName).ToHashSet(StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{key} should be a list of actor ids: {exception.Message}", exception);
        }
    }

    private static ReadOnlyMemory<byte> Write(HashSet<string> ids)
    {
        var written = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(written))
        {
            writer.WriteStartArray();
            foreach (var id in ids)
            {
                writer.WriteStringValue(id);
            }

            writer.WriteEndArray();
        }

        return written.WrittenMemory;
    }
}
