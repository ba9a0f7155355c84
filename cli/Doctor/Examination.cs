using System.Net;
using System.Net.Sockets;
using Moodstream.Bert;

namespace Moodstream.Cli.Doctor;

/// <summary>Looks at everything, in the order a run would need it.</summary>
/// <param name="modelFolder">Null when the bundled model is nowhere to be found.</param>
/// <param name="port">The page's port.</param>
/// <param name="dataFolder">The state folder.</param>
/// <param name="dapr">What Dapr needs.</param>
internal sealed class Examination(string? modelFolder, int port, string dataFolder, DaprChecks dapr)
{
    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        var findings = new List<Finding> { MachineChecks.Runtime(), await MachineChecks.SdkAsync(cancellationToken) };
        findings.AddRange(ModelChecks());
        findings.Add(PortCheck());
        findings.Add(DataFolderCheck());
        findings.AddRange(await dapr.RunAsync(cancellationToken));
        return findings;
    }

    private IEnumerable<Finding> ModelChecks()
    {
        const string neededFor = "scoring: run, score and eval";
        if (modelFolder is null)
        {
            return [new("Model", FindingState.Missing, "no models/tweet-sentiment beside or above the program; name one with --model", neededFor)];
        }

        try
        {
            using var model = BertModel.Load(modelFolder);
            var folder = File.Exists(Path.Combine(modelFolder, ModelSelfTest.FileName)) ? modelFolder : Path.Combine(modelFolder, $"{model.Version}");
            using var scorer = model.CreateScorer(new BertScorerOptions { Threads = 1 });
            var stored = ModelSelfTest.Read(folder);
            var failure = stored?.Run(model, scorer);
            return
            [
                MachineChecks.Processor(model.KernelName),
                new("Model", FindingState.Found, $"{model.Name}/{model.Version}, {string.Join(' ', model.Labels)}, sha256 {model.WeightsSha256}", neededFor),
                stored is null
                    ? new("Model self-test", FindingState.Optional, $"{folder} has no {ModelSelfTest.FileName}", "knowing that the answers are the released ones")
                    : new("Model self-test", failure is null ? FindingState.Found : FindingState.Missing, failure ?? $"{stored.Cases.Count} stored texts give their stored logits", "right answers"),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ModelFormatException)
        {
            return [new("Model", FindingState.Missing, e.Message, neededFor)];
        }
    }

    private Finding PortCheck()
    {
        const string neededFor = "the page of `run` (--no-page does without)";
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return new($"Port {port}", FindingState.Found, "free", neededFor);
        }
        catch (SocketException e)
        {
            return new($"Port {port}", FindingState.Optional, $"{e.Message}; choose another with --port", neededFor);
        }
    }

    private Finding DataFolderCheck()
    {
        const string neededFor = "`run` going on after a restart";
        var folder = Path.GetFullPath(dataFolder);
        try
        {
            var existing = folder;
            while (!Directory.Exists(existing))
            {
                existing = Path.GetDirectoryName(existing) ?? throw new DirectoryNotFoundException($"{folder}: no such drive");
            }

            var probe = Path.Combine(existing, $".moodstream-probe-{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            var free = new DriveInfo(existing).AvailableFreeSpace / (1024 * 1024);
            return new("Data folder", FindingState.Found, $"{folder}{(existing == folder ? "" : " (will be made)")}, writable, {free:N0} MiB free", neededFor);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new("Data folder", FindingState.Missing, e.Message, neededFor);
        }
    }
}
