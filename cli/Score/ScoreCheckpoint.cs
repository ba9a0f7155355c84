using System.Text.Json;

namespace Moodstream.Cli.Score;

/// <summary>How far an interrupted run came; stands beside its output until that is whole.</summary>
internal sealed record ScoreCheckpoint
{
    /// <summary>The version this program writes, and the newest it reads.</summary>
    public const int CurrentVersion = 1;

    private const int MaxBytes = 16 << 20;

    /// <summary>The version of this record.</summary>
    public required int Version { get; init; }

    /// <summary>What the output depends on.</summary>
    public required RunIdentity Run { get; init; }

    /// <summary>Where to go on in the inputs.</summary>
    public required InputPosition Next { get; init; }

    /// <summary>Bytes of scores that belong to what is before <see cref="Next"/>.</summary>
    public required long OutputBytes { get; init; }

    /// <summary>Bytes of rejected rows that do.</summary>
    public required long RejectedBytes { get; init; }

    /// <summary>What was done by then.</summary>
    public required ScoreTally Tally { get; init; }

    /// <summary>Reads a checkpoint.</summary>
    /// <returns>The checkpoint; null when there is none.</returns>
    /// <exception cref="CommandException">It is broken, or of a newer program.</exception>
    public static ScoreCheckpoint? Load(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        ScoreCheckpoint? checkpoint = null;
        try
        {
            using var file = File.OpenRead(path);
            checkpoint = file.Length <= MaxBytes ? JsonSerializer.Deserialize(file, ScoreJson.Default.ScoreCheckpoint) : null;
        }
        catch (JsonException)
        {
            // Said below, with what to do about it.
        }

        return checkpoint switch
        {
            null => throw new CommandException(ExitCodes.Unreadable, $"{path} is no checkpoint; start over with --force"),
            { Version: CurrentVersion } => checkpoint,
            _ => throw new CommandException(
                ExitCodes.Unreadable,
                $"{path} has version {checkpoint.Version}; expected {CurrentVersion}: go on with the program that wrote it, or start over with --force"),
        };
    }

    /// <summary>Writes it, so that at any moment there is the one before or this one.</summary>
    public void Save(string path)
    {
        var next = path + ".next";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, this, ScoreJson.Default.ScoreCheckpoint);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }
}
