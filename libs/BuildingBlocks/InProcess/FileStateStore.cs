using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Moodstream.BuildingBlocks.State;

namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>
/// State in a folder, one file a key. A file is a line <c>VERSION LENGTH KEY</c> in ASCII, the key in base64url,
/// then the value's bytes; VERSION is the etag.
/// </summary>
/// <remarks>
/// One operation at a time: the keys are few (a cursor, a lease), and a write's cost is its flush to the disk.
/// </remarks>
internal sealed class FileStateStore : IStateStore, IDisposable
{
    private const int NameCharacters = 40;

    // Two decimal numbers, and a key of up to 512 characters of 3 bytes each in base64url.
    private const int MostHeaderBytes = 2200;

    private readonly DataFolder _folder;
    private readonly string _states;

    // Guards the files, and _version: the newest version of any key that this process has seen. A key that was
    // deleted and written again so never has an etag it had before.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private long _version;

    private FileStateStore(DataFolder folder)
    {
        _folder = folder;
        _states = Path.Combine(folder.Path, "state");
        Directory.CreateDirectory(_states);

        // Writes that a killed process did not finish: never seen as state, so they only take space.
        foreach (var unfinished in Directory.EnumerateFiles(_states, "*" + DataFolder.TemporaryExtension))
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Takes a data folder.</summary>
    /// <exception cref="DataFolderException">The folder cannot be used; see <see cref="DataFolder.Open"/>.</exception>
    public static FileStateStore Open(string folder)
    {
        var taken = DataFolder.Open(folder);
        try
        {
            return new FileStateStore(taken);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public Task<StateEntry?> GetAsync(string key, CancellationToken cancellationToken)
    {
        StateLimits.CheckKey(key);
        return InTurnAsync<StateEntry?>(() => Read(key) is { } entry ? entry : null, cancellationToken);
    }

    /// <inheritdoc />
    public Task<bool> SetAsync(
        string key, ReadOnlyMemory<byte> value, string? etag, CancellationToken cancellationToken)
    {
        StateLimits.CheckKey(key);
        StateLimits.CheckValue(value);
        return InTurnAsync(
            () =>
            {
                if (Differs(key, etag))
                {
                    return false;
                }

                var header = string.Create(
                    CultureInfo.InvariantCulture, $"{_version + 1} {value.Length} {EncodedKey(key)}\n");
                DataFolder.WriteWhole(FileOf(key), Encoding.ASCII.GetBytes(header), value);
                _version++;
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public Task<bool> DeleteAsync(string key, string? etag, CancellationToken cancellationToken)
    {
        StateLimits.CheckKey(key);
        return InTurnAsync(
            () =>
            {
                if (Differs(key, etag))
                {
                    return false;
                }

                File.Delete(FileOf(key));
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _gate.Dispose();
        _folder.Dispose();
    }

    /// <summary>
    /// A name that is valid, and different for different keys, on every file system: what is readable of the key,
    /// then its hash.
    /// </summary>
    private static string FileName(string key)
    {
        var readable = string.Concat(key.Take(NameCharacters).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        return $"{readable}~{hash[..32]}";
    }

    private static string EncodedKey(string key) =>
        System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    private string FileOf(string key) => Path.Combine(_states, FileName(key));

    private async Task<T> InTurnAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            // Off the caller's thread, which a slow disk would hold.
            return await Task.Run(work, CancellationToken.None);
        }
        finally
        {
            _gate.Release();
        }
    }

    // Read even when no etag is given: the next version must be above the file's.
    private bool Differs(string key, string? etag) =>
        Read(key) is { } entry && etag is not null && entry.ETag != etag;

    private StateEntry? Read(string key)
    {
        var path = FileOf(key);
        byte[] bytes;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (file.Length > MostHeaderBytes + StateLimits.MostValueBytes)
            {
                throw Damaged(path, $"{file.Length} bytes is more than any state");
            }

            bytes = new byte[file.Length];
            file.ReadExactly(bytes);
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        var entry = Parse(path, key, bytes, out var version);
        _version = Math.Max(_version, version);
        return entry;
    }

    private StateEntry Parse(string path, string key, byte[] bytes, out long version)
    {
        var end = bytes.AsSpan(0, Math.Min(bytes.Length, MostHeaderBytes)).IndexOf((byte)'\n');
        var fields = end < 0 ? [] : Encoding.ASCII.GetString(bytes, 0, end).Split(' ');
        if (fields is not [var versionText, var lengthText, var encodedKey]
            || !long.TryParse(versionText, NumberStyles.None, CultureInfo.InvariantCulture, out version)
            || !int.TryParse(lengthText, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            throw Damaged(path, "its first line should be VERSION LENGTH KEY");
        }

        if (encodedKey != EncodedKey(key))
        {
            throw Damaged(path, $"it holds another key than '{key}'");
        }

        var value = bytes.AsMemory(end + 1);
        return value.Length == length
            ? new StateEntry(value, versionText)
            : throw Damaged(path, $"it should hold {length} bytes of state, and holds {value.Length}");
    }

    private DataFolderException Damaged(string path, string why) =>
        new(_folder.Path, $"state file {path} is damaged: {why}");
}
