using System.Diagnostics;

namespace Moodstream.Faults.Tests;

/// <summary>A disk of 512 MiB in memory, which can be full.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    /// <summary>Whether this process may mount: on Linux, as root.</summary>
    public static bool CanMount { get; } = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    /// <summary>What to say where it may not.</summary>
    public static string Needed => "mounts a disk, for which it must be root on Linux";

    /// <summary>Mounts one.</summary>
    public static SmallDisk Mount(string path)
    {
        Directory.CreateDirectory(path);
        Run("mount", "-t", "tmpfs", "-o", "size=512m", "tmpfs", path);
        return new SmallDisk(path);
    }

    /// <summary>Fills it up, until the answer is disposed.</summary>
    public IDisposable Fill()
    {
        var file = File.Create(System.IO.Path.Combine(Path, "filler"), 4096, FileOptions.DeleteOnClose);
        var block = new byte[64 * 1024];
        try
        {
            while (true)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            return file; // No room is left.
        }
    }

    /// <inheritdoc />
    public void Dispose() => Run("umount", "--lazy", Path);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
        }
    }
}
