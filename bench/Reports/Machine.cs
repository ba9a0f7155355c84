using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Moodstream.Bench.Reports;

/// <summary>What a figure must be read with: processor, system, versions, commit.</summary>
internal static class Machine
{
    private static readonly (string Name, bool Has)[] Features =
    [
        ("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported), ("AVX-512F", Avx512F.IsSupported),
        ("AVX-512BW", Avx512BW.IsSupported), ("AVX-VNNI", AvxVnni.IsSupported),
        ("AdvSimd", System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported),
    ];

    /// <summary>One row a fact.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Describe(string root) =>
    [
        ["processor", Processor()],
        ["features", string.Join(", ", Features.Where(f => f.Has).Select(f => f.Name))],
        ["cores", $"{Environment.ProcessorCount}, load before the run {Load()}"],
        ["memory", $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MiB"],
        ["system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}"],
        ["runtime", $"{RuntimeInformation.FrameworkDescription}, SDK {Answer(root, "dotnet", "--version")}"],
        ["commit", Commit(root)],
    ];

    private static string Commit(string root)
    {
        var commit = Answer(root, "git", "rev-parse", "--short=12", "HEAD");
        var changes = Answer(root, "git", "status", "--porcelain", "--untracked-files=no");
        return changes.Length == 0 ? commit : commit + " with changes";
    }

    private static string Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        if (!File.Exists(CpuInfo))
        {
            return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown";
        }

        var facts = File.ReadLines(CpuInfo)
            .TakeWhile(l => l.Length > 0)
            .Select(l => l.Split(':', 2, StringSplitOptions.TrimEntries))
            .Where(f => f.Length == 2)
            .ToLookup(f => f[0], f => f[1]);
        string Fact(string name) => facts[name].FirstOrDefault("?");
        return $"{Fact("model name")}, family {Fact("cpu family")}, model {Fact("model")}, stepping {Fact("stepping")}";
    }

    private static string Load() =>
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    private static string Answer(string folder, string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            var answer = process!.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? answer : "unknown";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown";
        }
    }
}
