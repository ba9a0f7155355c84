namespace Moodstream.Cli.Score;

/// <summary>The files of a run, all beside its output.</summary>
/// <param name="Output">The scores, once they are whole.</param>
internal sealed record ScoreFiles(string Output)
{
    /// <summary>The rows that hold no post, once they are all there.</summary>
    public string Rejected => RejectedOf(Output);

    /// <summary>The scores so far.</summary>
    public string Partial => Output + ".partial";

    /// <summary>The rejected rows so far.</summary>
    public string RejectedPartial => Rejected + ".partial";

    /// <summary>How far they go.</summary>
    public string Checkpoint => Output + ".checkpoint";

    /// <summary>The rejected rows of an output.</summary>
    public static string RejectedOf(string output) => output + ".rejected.jsonl";

    /// <summary>Refuses to harm what is there.</summary>
    /// <returns>False when the run that is to be resumed is complete.</returns>
    /// <exception cref="CommandException">It must not, or cannot, be written.</exception>
    public bool Check(ScoreOptions options, IEnumerable<ScoreInput> inputs)
    {
        var output = Path.GetFullPath(Output);
        if (inputs.Any(i => i.FullPath == output))
        {
            throw new CommandException(ExitCodes.Usage, $"{Output} is an input; it cannot be the output too");
        }

        if (Directory.Exists(Output) || output.StartsWith("/dev/", StringComparison.Ordinal))
        {
            throw new CommandException(ExitCodes.Unreadable, $"cannot write {Output}: expected a file, and it is not one");
        }

        var isInterrupted = File.Exists(Checkpoint);
        if (options.Resume)
        {
            return isInterrupted || !File.Exists(Output);
        }

        if (!options.Force)
        {
            var found = isInterrupted ? Checkpoint : File.Exists(Output) ? Output : File.Exists(Rejected) ? Rejected : null;
            if (found is not null)
            {
                throw new CommandException(
                    ExitCodes.Unreadable,
                    isInterrupted
                        ? $"{found} exists: an earlier run was interrupted; go on with --resume, or start over with --force"
                        : $"{found} exists; write over it with --force");
            }
        }

        return true;
    }
}
