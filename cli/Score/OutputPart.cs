namespace Moodstream.Cli.Score;

/// <summary>A file that is written piece by piece and gets its own name when it is whole.</summary>
internal sealed class OutputPart : IDisposable
{
    private readonly string _path;
    private readonly Stream _stream;

    private OutputPart(string path, Stream stream, long length)
    {
        _path = path;
        _stream = stream;
        Length = length;
    }

    /// <summary>Bytes that can be trusted.</summary>
    public long Length { get; private set; }

    /// <summary>Opens the file.</summary>
    /// <param name="path">Its name until it is whole.</param>
    /// <param name="finalPath">Its own name.</param>
    /// <param name="keep">Bytes of an earlier run to keep; null to begin anew.</param>
    /// <param name="open">Opens a file for writing.</param>
    /// <exception cref="CommandException">It has less than there is to keep.</exception>
    public static OutputPart Open(string path, string finalPath, long? keep, Func<string, Stream> open)
    {
        // A run that died between naming one of its files and the next left this one under its own name already.
        if (keep > 0 && !File.Exists(path) && File.Exists(finalPath) && new FileInfo(finalPath).Length == keep)
        {
            File.Move(finalPath, path);
        }

        var stream = open(path);
        if (stream.Length < keep)
        {
            var length = stream.Length;
            stream.Dispose();
            throw new CommandException(
                ExitCodes.Unreadable, $"cannot resume: {path} has {length} bytes, its checkpoint says {keep}. Start over with --force");
        }

        var part = new OutputPart(path, stream, keep ?? 0);
        part.Rollback();
        return part;
    }

    /// <summary>Appends; not to be trusted before <see cref="Commit"/>.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => _stream.Write(bytes);

    /// <summary>Trusts what was written.</summary>
    public void Commit() => Length = _stream.Position;

    /// <summary>Takes back what was written since the last <see cref="Commit"/>.</summary>
    public void Rollback()
    {
        _stream.SetLength(Length);
        _stream.Position = Length;
    }

    /// <summary>Waits until the disk has it.</summary>
    public void FlushToDisk()
    {
        if (_stream is FileStream file)
        {
            file.Flush(flushToDisk: true);
        }
    }

    /// <summary>Gives the file its own name.</summary>
    public void Publish(string finalPath)
    {
        _stream.Dispose();
        File.Move(_path, finalPath, overwrite: true);
    }

    /// <summary>Removes the file, and one of an earlier run that has its name.</summary>
    public void Discard(string finalPath)
    {
        _stream.Dispose();
        File.Delete(_path);
        File.Delete(finalPath);
    }

    /// <inheritdoc />
    public void Dispose() => _stream.Dispose();
}
