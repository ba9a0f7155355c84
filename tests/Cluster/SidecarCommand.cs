namespace Moodstream.Tests.Cluster;

/// <summary>How a sidecar is started: daprd or the double, which takes daprd's flags.</summary>
/// <param name="OnDaprd">The real one.</param>
/// <param name="Resources">Folder of components, the configuration among them.</param>
/// <param name="Placement">Port of placement.</param>
/// <param name="Scheduler">Port of the scheduler.</param>
internal sealed record SidecarCommand(bool OnDaprd, string Resources, int Placement, int Scheduler)
{
    /// <summary>The program and its arguments.</summary>
    /// <param name="appId">The app's id; several may have the same.</param>
    /// <param name="appPort">Where the app listens.</param>
    /// <param name="appProtocol">http or grpc.</param>
    /// <param name="httpPort">Of the API.</param>
    /// <param name="grpcPort">Of the API.</param>
    /// <param name="otherPorts">Two more: of other sidecars, and of metrics.</param>
    public IReadOnlyList<string> For(
        string appId, int appPort, string appProtocol, int httpPort, int grpcPort, IReadOnlyList<int> otherPorts) =>
    [
        .. OnDaprd ? [Daprd.Find(Daprd.Sidecar)!] : AppCluster.Program("Tests.Sidecar"),
        "--app-id", appId,
        "--app-port", $"{appPort}",
        "--app-protocol", appProtocol,
        "--dapr-http-port", $"{httpPort}",
        "--dapr-grpc-port", $"{grpcPort}",
        "--dapr-internal-grpc-port", $"{otherPorts[0]}",
        "--metrics-port", $"{otherPorts[1]}",
        "--dapr-listen-addresses", "127.0.0.1",
        "--resources-path", Resources,
        "--config", Path.Combine(Resources, "configuration.yaml"),
        "--placement-host-address", $"127.0.0.1:{Placement}",
        "--scheduler-host-address", $"127.0.0.1:{Scheduler}",
        "--max-body-size", "16Mi",
        .. OnDaprd ? Array.Empty<string>() : ["--double-names", Path.Combine(Resources, "..", "names")],
    ];
}
