using System.Diagnostics;

namespace Moodstream.Ingestor.Leasing;

/// <summary>A process on a machine. Process ids are used again, start times are not.</summary>
/// <param name="Machine">Host or pod name.</param>
/// <param name="ProcessId">Its id there.</param>
/// <param name="StartedAt">When it started (UTC).</param>
internal sealed record LeaseOwner(string Machine, int ProcessId, DateTimeOffset StartedAt)
{
    // The start time is computed from the time since boot and differs a little from reading to reading.
    private static readonly TimeSpan StartTolerance = TimeSpan.FromSeconds(2);

    /// <summary>This process.</summary>
    public static LeaseOwner Current { get; } = ReadCurrent();

    /// <summary>Whether the process is known to be gone; false also when this machine cannot tell.</summary>
    public bool IsGone()
    {
        if (Machine != Environment.MachineName)
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(ProcessId);
            return (process.StartTime.ToUniversalTime() - StartedAt).Duration() > StartTolerance;
        }
        catch (ArgumentException)
        {
            return true; // No process has that id.
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return e is InvalidOperationException; // It ended while being looked at; or it belongs to someone else.
        }
    }

    public override string ToString() => $"process {ProcessId} on {Machine}";

    private static LeaseOwner ReadCurrent()
    {
        using var process = Process.GetCurrentProcess();
        return new LeaseOwner(Environment.MachineName, process.Id, process.StartTime.ToUniversalTime());
    }
}
