using Microsoft.Extensions.Hosting;
using Moodstream.Sidecar.Actors;
using Moodstream.Sidecar.Deliveries;

namespace Moodstream.Sidecar;

/// <summary>
/// Lets deliveries in when every hosted service has started, and no more of them when a shutdown begins: the server
/// stops first and waits for those under way, then what their handlers need stops.
/// </summary>
internal sealed class SidecarService(
    DeliveryHub hub, ActorHub actors, SidecarApp app, IServiceProvider services, IHostApplicationLifetime lifetime)
    : IHostedLifecycleService, IDisposable
{
    private CancellationTokenRegistration _stopping;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _ = app; // One that cannot be served stops the start.
        _stopping = lifetime.ApplicationStopping.Register(hub.Stop);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        hub.Start(services);
        return Task.CompletedTask;
    }

    // While the server still listens: the sidecar may ask for the same at the same time.
    public Task StoppingAsync(CancellationToken cancellationToken) => actors.DrainAsync();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();
}
