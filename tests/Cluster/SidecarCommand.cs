namespace Moodstream.Tests.Cluster;

/// <summary>How a sidecar is started: the real one where this machine has it, else the double.</summary>
internal static class SidecarCommand
{
    /// <summary>The program and its arguments.</summary>
    /// <param name="appId">The app's id; several may have the same.</param>
    /// <param name="appPort">Where the app listens.</param>
    /// <param name="httpPort">Of the API.</param>
    /// <param name="grpcPort">Of the API.</param>
    /// <param name="otherPorts">Three more: health, metrics, other sidecars.</param>
    /// <param name="resources">Folder of components.</param>
    public static IReadOnlyList<string> For(
        string appId, int appPort, int httpPort, int grpcPort, IReadOnlyList<int> otherPorts, string resources) =>
    [
        "dotnet",
        Path.Combine(Repository.Root, "artifacts", "bin", "Moodstream.Tests.Sidecar", "release", "Moodstream.Tests.Sidecar.dll"),
        "--app-id", appId,
        "--app-port", $"{appPort}",
        "--dapr-http-port", $"{httpPort}",
        "--dapr-grpc-port", $"{grpcPort}",
        "--dapr-internal-grpc-port", $"{otherPorts[0]}",
        "--resources-path", resources,
        "--placement-host-address", "127.0.0.1:50005",
        "--scheduler-host-address", "127.0.0.1:50006",
        "--max-body-size", "16Mi",
    ];
}
