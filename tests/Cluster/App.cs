namespace Moodstream.Tests.Cluster;

/// <summary>An app and its sidecar: two processes on fixed ports.</summary>
/// <param name="Service">The app.</param>
/// <param name="Sidecar">Its sidecar.</param>
/// <param name="Port">Where the app listens, HTTP.</param>
/// <param name="SidecarPort">Where the sidecar listens, HTTP.</param>
public sealed record App(ServiceProcess Service, ServiceProcess Sidecar, int Port, int SidecarPort) : IDisposable
{
    /// <summary>Starts both, as `dapr run` does.</summary>
    public void Start()
    {
        Sidecar.Start();
        Service.Start();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Service.Dispose();
        Sidecar.Dispose();
    }
}
