namespace Moodstream.Cli;

/// <summary>What the program's exit codes mean; the same in every command.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>The command line was not understood; System.CommandLine uses the same number.</summary>
    public const int Usage = 1;

    /// <summary>An input, a model, a folder or a port could not be used.</summary>
    public const int Unreadable = 2;

    /// <summary>Done, but some rows hold no post and were written aside.</summary>
    public const int SomeRejected = 3;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;
}
