using Microsoft.Extensions.Hosting;

namespace Moodstream.BuildingBlocks.InProcess.Actors;

/// <summary>
/// Starts the actors' reminders before anything is delivered, and drains the actors after everything is: handlers
/// call them until the last delivery. Registered before the deliveries for that; hosts stop in reverse order.
/// </summary>
internal sealed class ActorService(InProcessActors actors) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(actors.Hosts.Select(host => host.StartAsync()));

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        foreach (var host in actors.Hosts)
        {
            host.StopAlarms();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(actors.Hosts.Select(host => host.DrainAsync(cancellationToken)));
}
