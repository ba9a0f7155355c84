using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Arm = System.Runtime.Intrinsics.Arm;
using X86 = System.Runtime.Intrinsics.X86;

namespace Moodstream.Cli.Doctor;

/// <summary>The runtime, the SDK and the processor.</summary>
internal static class MachineChecks
{
    /// <summary>The runtime this program runs on.</summary>
    public static Finding Runtime() => new(
        ".NET runtime",
        FindingState.Found,
        $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription} ({RuntimeInformation.RuntimeIdentifier})",
        "running moodstream");

    /// <summary>The SDKs on the PATH.</summary>
    public static async Task<Finding> SdkAsync(CancellationToken cancellationToken)
    {
        const string neededFor = "building from source; a built program runs without it";
        try
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", "--list-sdks")
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!; // null only for UseShellExecute
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            var versions = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[0]).ToList();
            return versions.Exists(v => v.StartsWith("10.", StringComparison.Ordinal))
                ? new(".NET SDK", FindingState.Found, string.Join(", ", versions), neededFor)
                : new(".NET SDK", FindingState.Optional, $"no SDK 10 (found: {string.Join(", ", versions)}); https://dotnet.microsoft.com/download", neededFor);
        }
        catch (Win32Exception)
        {
            return new(".NET SDK", FindingState.Optional, "no 'dotnet' on the PATH; https://dotnet.microsoft.com/download", neededFor);
        }
    }

    /// <summary>The processor's vector features, and the kernels they allow.</summary>
    public static Finding Processor(string kernels)
    {
        var features = Features().Where(f => f.Supported).Select(f => f.Name);
        return new(
            "Processor",
            Vector128.IsHardwareAccelerated ? FindingState.Found : FindingState.Optional,
            $"{Environment.ProcessorCount} × {RuntimeInformation.ProcessArchitecture}, {string.Join(' ', features)}; kernels: {kernels}",
            "speed: wider vectors score more posts a second, the logits agree");
    }

    private static IEnumerable<(string Name, bool Supported)> Features() =>
    [
        ("avx2", X86.Avx2.IsSupported),
        ("fma", X86.Fma.IsSupported),
        ("avx512f", X86.Avx512F.IsSupported),
        ("advsimd", Arm.AdvSimd.Arm64.IsSupported),
    ];
}
