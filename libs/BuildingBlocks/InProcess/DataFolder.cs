using System.Globalization;

namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>
/// A folder that one process at a time owns. Layout: <c>format</c> (the version of this layout, a decimal number),
/// <c>lock</c> (held open while in use), <c>owner</c> (the holder's process id, for a message), <c>state/</c>.
/// </summary>
/// <remarks>
/// Writes are whole or absent: to a <c>.tmp</c> beside the target, flushed to the disk, renamed. A rename outlives
/// the death of the process; after a power cut the file is the old one or the new one.
/// </remarks>
internal sealed class DataFolder : IDisposable
{
    public const int NewestFormat = 1;
    public const string TemporaryExtension = ".tmp";

    // What a start that was killed before it wrote the format leaves behind.
    private static readonly string[] LeftByAKilledStart = ["lock", "format.tmp"];

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    /// <summary>Takes a folder, which is made when absent.</summary>
    /// <exception cref="DataFolderInUseException">Somebody else holds it.</exception>
    /// <exception cref="DataFolderException">It is of a newer format, no data folder, or cannot be written.</exception>
    public static DataFolder Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(path);
            RefuseForeign(path);
            var held = Lock(path);
            try
            {
                CheckFormat(path);
                WriteWhole(System.IO.Path.Combine(path, "owner"), Decimal(Environment.ProcessId));
                return new DataFolder(path, held);
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (Exception exception)
            when (exception is UnauthorizedAccessException or IOException and not DataFolderException)
        {
            throw new DataFolderException(path, $"data folder {path} cannot be used: {exception.Message}", exception);
        }
    }

    /// <summary>Writes a file so that it is never seen in part, whatever happens meanwhile.</summary>
    public static void WriteWhole(string path, params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        var temporary = path + TemporaryExtension;
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            foreach (var part in parts)
            {
                file.Write(part.Span);
            }

            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <inheritdoc />
    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string path)
    {
        try
        {
            // No sharing is an exclusive lock of the open file on every system, gone with its holder.
            return new FileStream(
                System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (IsHeldByAnother(exception))
        {
            throw new DataFolderInUseException(path, ReadOwner(path), exception);
        }
    }

    // ERROR_SHARING_VIOLATION on Windows; EWOULDBLOCK of flock(2) elsewhere: 11 on Linux, 35 on macOS and BSD.
    private static bool IsHeldByAnother(IOException exception) =>
        exception.HResult is unchecked((int)0x80070020) or 11 or 35;

    private static int? ReadOwner(string path)
    {
        try
        {
            return int.TryParse(
                ReadShort(System.IO.Path.Combine(path, "owner")), CultureInfo.InvariantCulture, out var id) ? id : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void CheckFormat(string path)
    {
        var file = System.IO.Path.Combine(path, "format");
        if (!File.Exists(file))
        {
            WriteWhole(file, Decimal(NewestFormat));
            return;
        }

        var text = ReadShort(file);
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var format) || format < 1)
        {
            throw new DataFolderException(
                path, $"data folder {path} is damaged: its file format should hold a number, not '{text}'");
        }

        if (format > NewestFormat)
        {
            throw new DataFolderException(
                path, $"data folder {path} is of format {format}, this program reads up to {NewestFormat}");
        }
    }

    // Before anything is written: the folder may be somebody's documents.
    private static void RefuseForeign(string path)
    {
        var names = Directory.EnumerateFileSystemEntries(path).Select(System.IO.Path.GetFileName).ToArray();
        if (!names.Contains("format") && names.FirstOrDefault(n => !LeftByAKilledStart.Contains(n)) is { } foreign)
        {
            throw new DataFolderException(
                path, $"{path} is no data folder: it holds {foreign}, but no file named format; name an empty folder");
        }
    }

    private static ReadOnlyMemory<byte> Decimal(int number) =>
        System.Text.Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture) + "\n");

    // At most 32 characters: these files hold one number.
    private static string ReadShort(string path)
    {
        using var reader = new StreamReader(new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        Span<char> text = stackalloc char[32];
        return new string(text[..reader.ReadBlock(text)]).Trim();
    }
}
