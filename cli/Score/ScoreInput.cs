using Moodstream.Ingestor.Rows;

namespace Moodstream.Cli.Score;

/// <summary>A file, or standard input.</summary>
/// <param name="Name">As the user wrote it.</param>
/// <param name="FullPath">The file; null for standard input.</param>
/// <param name="Length">Its bytes, 1 or more; null when unknown.</param>
/// <param name="Modified">When it was last written; null when unknown.</param>
internal sealed record ScoreInput(string Name, string? FullPath, long? Length, DateTimeOffset? Modified)
{
    /// <summary>Looks at an input.</summary>
    /// <exception cref="CommandException">It is not there, or no file.</exception>
    public static ScoreInput Of(string name)
    {
        if (name == ScoreOptions.Standard)
        {
            return new ScoreInput("stdin", null, null, null);
        }

        try
        {
            var file = new FileInfo(name);
            if (file.Length > 0)
            {
                // What may not be read is said before a model is loaded and a run begins. A pipe has no length, and
                // would be broken by being opened twice.
                File.OpenHandle(name).Dispose();
            }

            return new ScoreInput(name, file.FullName, file.Length > 0 ? file.Length : null, file.LastWriteTimeUtc);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new CommandException(ExitCodes.Unreadable, $"cannot read {name}: {e.Message}");
        }
    }

    /// <summary>Opens it for reading from the start.</summary>
    public Stream Open(Terminal terminal) => FullPath is null
        ? terminal.OpenInput()
        : new FileStream(FullPath, new FileStreamOptions
        {
            BufferSize = 0,
            Options = FileOptions.SequentialScan,
            Share = FileShare.ReadWrite | FileShare.Delete,
        });

    /// <summary>How a reader reads it.</summary>
    public PostReaderOptions ReaderOptions(ScoreOptions options, RowPosition start)
    {
        // The run is a constant: the same bytes piped in twice get the same ids.
        var reader = FullPath is null ? PostReaderOptions.ForStdin("1") : PostReaderOptions.ForFile(FullPath);
        return reader with
        {
            Name = Name,
            Format = options.Format,
            TextField = options.TextField,
            IdField = options.IdField,
            Start = start,
        };
    }
}
