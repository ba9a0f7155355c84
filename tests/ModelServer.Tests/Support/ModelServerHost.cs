using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Moodstream.ModelServer.Versions;
using Moodstream.Rpc;
using Moodstream.ServiceDefaults;
using Moodstream.TensorFlowServing;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Tests.Support;

/// <summary>The model server on two free ports of 127.0.0.1, as its own Program sets it up, and a channel to it.</summary>
internal sealed class ModelServerHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ModelServerHost(WebApplication app, RecordedLogs logs)
    {
        _app = app;
        Logs = logs;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        GrpcAddress = new Uri(addresses[0]);
        RestAddress = new Uri(addresses[1]);
        Channel = new RpcChannel(GrpcAddress, new RpcChannelOptions { MaxReceiveBytes = 64 << 20 });
    }

    public Uri GrpcAddress { get; }

    public Uri RestAddress { get; }

    public RpcChannel Channel { get; }

    public RecordedLogs Logs { get; }

    public ModelCatalog Catalog => _app.Services.GetRequiredService<ModelCatalog>();

    public KestrelServerLimits Limits => _app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

    public IMeterFactory Meters => _app.Services.GetRequiredService<IMeterFactory>();

    /// <summary>Listens to the server's own meters from here on.</summary>
    public RecordedMetrics RecordMetrics() => new(Meters);

    public static async Task<ModelServerHost> StartAsync(
        string modelBase, IReadOnlyDictionary<string, string?>? options = null, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"{ModelServerOptions.Section}:{nameof(ModelServerOptions.ModelBase)}"] = modelBase,
            [$"{ModelServerOptions.Section}:{nameof(ModelServerOptions.GrpcPort)}"] = "0",
            [$"{ModelServerOptions.Section}:{nameof(ModelServerOptions.RestPort)}"] = "0",
            [$"{ModelServerOptions.Section}:{nameof(ModelServerOptions.Threads)}"] = "1",
        });
        builder.Configuration.AddInMemoryCollection(
            (options ?? new Dictionary<string, string?>()).ToDictionary(o => $"{ModelServerOptions.Section}:{o.Key}", o => o.Value));
        var logs = new RecordedLogs();
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.AddServiceDefaults();
        builder.AddModelServer();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapModelServer();
        try
        {
            await app.StartAsync().DefaultTimeout();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new ModelServerHost(app, logs);
    }

    public Task<PredictResponse> PredictAsync(PredictRequest request, CancellationToken cancellationToken = default) =>
        Channel.CallAsync(TensorFlowServingMethods.Predict, request, default, cancellationToken).DefaultTimeout();

    public async Task<RpcException> RefusalAsync(PredictRequest request) =>
        await Assert.ThrowsAsync<RpcException>(() => PredictAsync(request));

    /// <summary>Completes when the server begins to stop.</summary>
    public Task Stopping
    {
        get
        {
            var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _app.Lifetime.ApplicationStopping.Register(begun.SetResult);
            return begun.Task;
        }
    }

    public Task StopAsync() => _app.StopAsync().DefaultTimeout();

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.StopAsync().DefaultTimeout();
        await _app.DisposeAsync().AsTask().DefaultTimeout();
    }
}
