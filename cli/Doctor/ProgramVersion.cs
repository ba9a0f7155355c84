using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Moodstream.Cli.Doctor;

/// <summary>Asks a program for its version.</summary>
internal static partial class ProgramVersion
{
    private const int MaxChars = 4096;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The first version that <c>PROGRAM --version</c> prints; null when it prints none, fails or hangs.</summary>
    public static async Task<Version?> AskAsync(string program, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        Process? process = null;
        try
        {
            process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true })!; // null only for UseShellExecute
            var buffer = new char[MaxChars];
            var read = await process.StandardOutput.ReadBlockAsync(buffer, limit.Token);
            return Version.TryParse(FirstVersion().Match(new string(buffer, 0, read)).Value, out var version) ? version : null;
        }
        catch (Exception e) when (e is Win32Exception or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
        finally
        {
            if (process is { HasExited: false })
            {
                process.Kill(entireProcessTree: true);
            }

            process?.Dispose();
        }
    }

    [GeneratedRegex(@"\d{1,4}\.\d{1,4}\.\d{1,4}")]
    private static partial Regex FirstVersion();
}
