using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.BuildingBlocks.State;
using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor.Tests.Support;

/// <summary>An ingestor in a host of its own, over a state store and a broker that outlive it.</summary>
internal sealed class IngestorHost : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly CancellationTokenSource _stopDelivery = new();
    private readonly Task _delivery;

    public IngestorHost(
        string source,
        MemoryStateStore state,
        IPublisher publisher,
        TimeProvider clock,
        params (string, string)[] options)
    {
        var builder = Builder([.. options, ("Source", source)]);
        builder.Services.AddSingleton<IStateStore>(state);
        builder.Services.AddSingleton(publisher);
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton<IRowReader, LineReader>();
        _host = builder.Build();

        Subscriptions = [.. _host.Services.GetServices<SubscriptionBinding>()];
        var handler = (IBulkTopicHandler)Subscriptions[0].Handler(_host.Services);
        _delivery = publisher is LoopbackBroker broker
            ? broker.DeliverAsync(handler, _stopDelivery.Token)
            : Task.CompletedTask;
    }

    /// <summary>The options as the ingestor gets them.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">They are refused.</exception>
    public static IngestorOptions BindOptions(params (string, string)[] options)
    {
        using var host = Builder(options).Build();
        return host.Services.GetRequiredService<IngestorOptions>();
    }

    public IReadOnlyList<SubscriptionBinding> Subscriptions { get; }

    public IServiceProvider Services => _host.Services;

    public Task StartAsync() => _host.StartAsync().DefaultTimeout();

    public Task StopAsync() => _host.StopAsync().DefaultTimeout();

    /// <summary>The end of the loops.</summary>
    public Task LoopsAsync() =>
        _host.Services.GetServices<IHostedService>().OfType<IngestorService>().Single().ExecuteTask!;

    public async ValueTask DisposeAsync()
    {
        await _stopDelivery.CancelAsync();
        await _delivery.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _host.Dispose();
        _stopDelivery.Dispose();
    }

    private static HostApplicationBuilder Builder((string Key, string Value)[] options)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(
            options.Select(o => KeyValuePair.Create($"{IngestorOptions.Section}:{o.Key}", (string?)o.Value)));
        builder.AddIngestor();
        return builder;
    }
}
