using System.Diagnostics.Metrics;
using System.Net;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Moodstream.Rpc.Tests.Support;

/// <summary>A server on a socket of its own, with one method, <see cref="Echo.Method"/>.</summary>
internal sealed class RpcTestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RpcTestServer(WebApplication app, RecordedLogs logs)
    {
        _app = app;
        Logs = logs;
        Address = new Uri(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public Uri Address { get; }

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Address.Port);

    public RecordedLogs Logs { get; }

    public IMeterFactory Meters => _app.Services.GetRequiredService<IMeterFactory>();

    public static async Task<RpcTestServer> StartAsync(
        Func<BytesValue, RpcContext, Task<BytesValue>>? handler = null,
        Action<RpcServerOptions>? configure = null,
        RpcListenOptions? listen = null,
        Action<WebApplication>? map = null,
        Action<IServiceCollection>? services = null,
        int port = 0,
        bool plainHttp = false)
    {
        var logs = new RecordedLogs();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Debug).AddFilter("Microsoft", LogLevel.Warning);
        services?.Invoke(builder.Services);
        builder.Services.AddRouting();
        builder.Services.AddRpc(configure);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (plainHttp)
            {
                kestrel.Listen(IPAddress.Loopback, port);
            }
            else
            {
                kestrel.ListenRpc(new IPEndPoint(IPAddress.Loopback, port), listen);
            }
        });
        var app = builder.Build();
        app.UseRouting();
        app.MapRpc(Echo.Method, handler ?? ((request, _) => Task.FromResult(request)));
        app.MapRpcFallback();
        map?.Invoke(app);
        await app.StartAsync();
        return new RpcTestServer(app, logs);
    }

    public RpcChannel Connect(RpcChannelOptions? options = null) => new(Address, options);

    public Task StopAsync() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
