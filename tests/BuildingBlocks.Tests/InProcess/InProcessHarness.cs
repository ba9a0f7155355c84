using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Tests.Support.BuildingBlocks;

namespace Moodstream.BuildingBlocks.Tests.InProcess;

/// <summary>A host that holds nothing but the in-process adapter and a test's subscriptions and actors.</summary>
internal sealed class InProcessHarness : IPubSubHarness, IActorHarness
{
    private readonly IHost _host;

    private InProcessHarness(IHost host) => _host = host;

    public IPublisher Publisher => _host.Services.GetRequiredService<IPublisher>();

    public IActorClient Client => _host.Services.GetRequiredService<IActorClient>();

    public IServiceProvider Services => _host.Services;

    public static async Task<InProcessHarness> StartAsync(
        InProcessOptions options, Action<IServiceCollection> configure, params SubscriptionBinding[] bindings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        configure(builder.Services);
        foreach (var binding in bindings)
        {
            builder.Services.AddSingleton(binding);
        }

        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug));
        builder.Services.AddInProcessBuildingBlocks(options);
        var host = builder.Build();
        await host.StartAsync().DefaultTimeout();
        return new InProcessHarness(host);
    }

    /// <summary>Listens to the instruments of this host alone.</summary>
    public RecordedMetrics Metrics() => new(_host.Services.GetRequiredService<IMeterFactory>());

    /// <summary>Stops as the host does at Ctrl-C; may be called again.</summary>
    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().DefaultTimeout();
        _host.Dispose();
    }
}
