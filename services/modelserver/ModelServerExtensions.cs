using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Moodstream.ModelServer.Monitoring;
using Moodstream.ModelServer.Predict;
using Moodstream.ModelServer.Rest;
using Moodstream.ModelServer.Rpc;
using Moodstream.ModelServer.Versions;
using Moodstream.Rpc;
using Moodstream.ServiceDefaults;

namespace Moodstream.ModelServer;

/// <summary>Registers and maps the model server.</summary>
internal static class ModelServerExtensions
{
    /// <summary>
    /// Adds the model server. The model is loaded and tested when the host starts; a start without one that can be
    /// served fails with <see cref="ModelLoadException"/>.
    /// </summary>
    public static WebApplicationBuilder AddModelServer(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddValidatedOptions<ModelServerOptions, ModelServerOptionsValidator>(ModelServerOptions.Section);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ModelServerOptions>, BindRule>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ModelServerOptions>, BytesRule>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ModelServerOptions>, PortsRule>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddRpc();
        services.AddOptions<RpcServerOptions>().Configure<IOptions<ModelServerOptions>>(
            (rpc, server) =>
            {
                rpc.MaxReceiveBytes = server.Value.MaxRequestBytes;
                rpc.Budget = new ByteBudget(server.Value.MaxBytesInHand); // REST takes from the same
            });
        services.TryAddSingleton<ModelServerMetrics>();
        services.TryAddSingleton<ModelCatalog>();
        services.TryAddSingleton<ModelLoader>();
        services.TryAddSingleton<Predictor>();
        services.TryAddSingleton<RequestMeter>();
        services.TryAddSingleton<RestApi>();
        services.TryAddSingleton<PrometheusPage>();
        services.TryAddSingleton<VersionWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<VersionWatch>());
        services.AddHealthChecks()
            .AddCheck<ModelHealthCheck>("model", tags: [ServiceDefaultsExtensions.ReadyTag]);
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<ModelServerOptions>>(Listen);
        services.AddOptions<HostOptions>().Configure<IOptions<ModelServerOptions>>(
            (host, server) => host.ShutdownTimeout = server.Value.DrainTimeout);
        return builder;
    }

    /// <summary>Maps gRPC, REST and metrics; each answers on both ports, gRPC over HTTP/2 only.</summary>
    public static WebApplication MapModelServer(this WebApplication app)
    {
        app.MapRpcEndpoints();
        app.MapRestEndpoints();
        app.MapPrometheusPage();
        ObserveQueue(app.Services);
        return app;
    }

    private static void ObserveQueue(IServiceProvider services)
    {
        var catalog = services.GetRequiredService<ModelCatalog>();
        var time = services.GetRequiredService<TimeProvider>();
        services.GetRequiredService<ModelServerMetrics>().Observe(
            () => catalog.Served?.Queue.Sequences ?? 0,
            () => catalog.Served?.Queue.OldestEnqueuedAt is { } at ? time.GetElapsedTime(at) : TimeSpan.Zero);
    }

    private static void Listen(KestrelServerOptions kestrel, IOptions<ModelServerOptions> options)
    {
        var server = options.Value;
        var address = BindRule.Parse(server.Bind)!; // validated
        kestrel.ListenRpc(new IPEndPoint(address, server.GrpcPort));
        kestrel.Listen(address, server.RestPort);
        kestrel.Limits.MaxConcurrentConnections = server.MaxConnections;
        kestrel.Limits.MaxRequestBodySize = server.MaxRequestBytes;
        kestrel.AddServerHeader = false;
    }

    /// <summary>Holds the bytes in hand to what one request may have.</summary>
    private sealed class BytesRule : IValidateOptions<ModelServerOptions>
    {
        public ValidateOptionsResult Validate(string? name, ModelServerOptions options) =>
            options.MaxBytesInHand < options.MaxRequestBytes
                ? ValidateOptionsResult.Fail(
                    $"The field MaxBytesInHand must be at least MaxRequestBytes ({options.MaxRequestBytes}), not {options.MaxBytesInHand}.")
                : ValidateOptionsResult.Success;
    }

    /// <summary>Holds the ports apart: a connection in clear text does not say which of the two protocols it speaks.</summary>
    private sealed class PortsRule : IValidateOptions<ModelServerOptions>
    {
        public ValidateOptionsResult Validate(string? name, ModelServerOptions options) =>
            options.GrpcPort == options.RestPort && options.GrpcPort != 0
                ? ValidateOptionsResult.Fail($"The field RestPort must be another than GrpcPort, not {options.RestPort} too.")
                : ValidateOptionsResult.Success;
    }

    /// <summary>Holds the address to what can be listened on.</summary>
    private sealed class BindRule : IValidateOptions<ModelServerOptions>
    {
        public static IPAddress? Parse(string bind) => bind switch
        {
            "*" => IPAddress.Any,
            "localhost" => IPAddress.Loopback,
            _ => IPAddress.TryParse(bind, out var address) ? address : null,
        };

        public ValidateOptionsResult Validate(string? name, ModelServerOptions options) =>
            Parse(options.Bind) is null
                ? ValidateOptionsResult.Fail($"The field Bind must be an IP address, localhost or *, not '{options.Bind}'.")
                : ValidateOptionsResult.Success;
    }
}
