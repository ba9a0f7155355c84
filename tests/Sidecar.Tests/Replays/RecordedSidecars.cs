using System.Net;
using System.Text.RegularExpressions;

namespace Moodstream.Sidecar.Tests.Replays;

/// <summary>Sidecars started as those of a recording were, with free ports in place of the recorded ones.</summary>
internal sealed partial class RecordedSidecars(Recording recording, SidecarKind kind) : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, int> _portOf = [];
    private readonly Dictionary<int, string> _roles = [];
    private readonly Dictionary<string, RunningSidecar> _running = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });

    /// <summary>What the recording calls each port in use.</summary>
    public IReadOnlyDictionary<int, string> Roles => _roles;

    /// <summary>Gives a port the name that the recording has for it.</summary>
    public void Name(int port, string role) => (_portOf[role], _roles[port]) = (port, role);

    /// <summary>The port of a name, such as <c>&lt;daprd-http-port&gt;</c>; a free one where nobody has it yet.</summary>
    public int PortOf(string role)
    {
        if (!_portOf.TryGetValue(role, out var port))
        {
            port = Ports.Free();
            Name(port, role);
        }

        return port;
    }

    /// <summary>Where the HTTP API of a sidecar answers.</summary>
    public Uri Http(string name) => new($"http://127.0.0.1:{PortOf($"<{name}-http-port>")}");

    /// <summary>Where its gRPC API answers.</summary>
    public Uri Grpc(string name) => new($"http://127.0.0.1:{PortOf($"<{name}-grpc-port>")}");

    /// <summary>The first name in a text.</summary>
    public static string RoleIn(string text) => Role().Match(text).Value;

    /// <summary>Starts a sidecar of the recording and waits until its API is there.</summary>
    public async Task StartAsync(string name)
    {
        var setup = recording.Sidecars.Single(s => s.Name == name);
        var folder = Directory.CreateDirectory(_folder[$"{name}-{Guid.NewGuid():N}"]).FullName;
        for (var i = 0; i < setup.Resources.Count; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, $"{i}.yaml"), WithPorts(setup.Resources[i]));
        }

        List<string> flags = [.. setup.Flags.Select(flag => flag == "./resources" ? folder : WithPorts(flag))];
        if (flags.IndexOf("--config") is var config and >= 0)
        {
            flags[config + 1] = _folder[$"{name}.yaml"];
            await File.WriteAllTextAsync(flags[config + 1], setup.Config!.Replace("<path>", _folder["names.db"], StringComparison.Ordinal));
        }

        // The real ones find one another by what the recording configures, the doubles in a folder.
        flags.AddRange(kind == SidecarKind.Daprd ? Array.Empty<string>() : ["--double-names", _folder["names"]]);
        _running[name] = await RunningSidecar.StartAsync(kind, flags, setup.Environment);
        await Replay.Until(async () =>
        {
            try
            {
                using var answer = await _http.GetAsync(new Uri(Http(name), "v1.0/healthz/outbound"));
                return answer.StatusCode == HttpStatusCode.NoContent;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, "the sidecar to be up");
    }

    /// <summary>What the real sidecar needs for actors (Dapr's contract, 5.7); the double needs no more than Redis.</summary>
    public void StartControlPlane()
    {
        if (kind != SidecarKind.Daprd || !recording.Sidecars[0].Flags.Contains("--placement-host-address"))
        {
            return;
        }

        _running["placement"] = RunningSidecar.Start(Daprd.PlacementCommand(
            PortOf("<placement-port>"), PortOf("<p-healthz-port>"), PortOf("<p-metrics-port>"), PortOf("<p-raft-port>")));
        _running["scheduler"] = RunningSidecar.Start(Daprd.SchedulerCommand(PortOf("<scheduler-port>"), PortOf("<s-healthz-port>"),
            PortOf("<s-metrics-port>"), PortOf("<s-etcd-port>"), PortOf("<s-peer-port>"), _folder["etcd"]));
    }

    /// <summary>SIGTERM; gives the exit code.</summary>
    public Task<int> StopAsync(string name) => _running[name].StopAsync();

    /// <summary>SIGKILL.</summary>
    public Task KillAsync(string name) => _running[name].KillAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var sidecar in _running.Values)
        {
            await sidecar.DisposeAsync();
        }

        _http.Dispose();
        _folder.Dispose();
    }

    private string WithPorts(string text) => Role().Replace(text, m => $"{PortOf(m.Value)}");

    [GeneratedRegex("<[a-z0-9-]+-port[a-z0-9-]*>")]
    private static partial Regex Role();
}
