using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Moodstream.Tests.Sidecar.PubSub;

namespace Moodstream.Tests.Sidecar.Api;

/// <summary>The sidecar's ports: HTTP API, gRPC, and the internal one of other sidecars.</summary>
internal sealed class ApiServer(SidecarOptions options, Func<Call, Task> api, Func<HttpContext, bool, Task> grpc) : IAsyncDisposable
{
    private WebApplication? _server;

    public int HttpPort { get; private set; }

    public int GrpcPort { get; private set; }

    public int InternalPort { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, options.HttpPort, l => l.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, options.GrpcPort, l => l.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, options.InternalPort, l => l.Protocols = HttpProtocols.Http2);
        });
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(1));
        _server = builder.Build();
        _server.Run(context => context.Connection.LocalPort == HttpPort ? AnswerAsync(context) : grpc(context, context.Connection.LocalPort == InternalPort));
        await _server.StartAsync(cancellationToken);
        var ports = _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Select(address => new Uri(address).Port).ToList();
        (HttpPort, GrpcPort, InternalPort) = (ports[0], ports[1], ports[2]);
    }

    /// <summary>Closes the ports; calls under way get a moment, then they break.</summary>
    public async Task CloseAsync(TimeSpan moment)
    {
        if (_server is not null)
        {
            using var limit = new CancellationTokenSource(moment, TimeProvider.System);
            await _server.StopAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync(TimeSpan.Zero);
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var call = new Call(context);
        var health = call.Segments is ["v1.0", "healthz", ..];
        if (!health && !MayCall(call))
        {
            call.SetHeader("X-Content-Type-Options", "nosniff");
            await call.AnswerAsync(401, "invalid api token\n"u8.ToArray(), "text/plain; charset=utf-8");
            return;
        }

        if (!health)
        {
            var parent = call.Header("traceparent");
            call.SetHeader("Traceparent", parent is { Length: 55 } ? parent : Trace.Zero);
            if (call.Header("tracestate") is { Length: > 0 } state)
            {
                call.SetHeader("Tracestate", state);
            }
        }

        try
        {
            await api(call);
        }
        catch (ApiException refused)
        {
            await refused.Answer(call);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone.
        }
        catch (Exception problem) when (!context.Response.HasStarted)
        {
            options.Log($"{call.Method} {context.Request.Path}: {problem}");
            await call.ErrorAsync(500, "ERR_DOUBLE", problem.Message);
        }
    }

    private bool MayCall(Call call) => options.ApiToken.Length == 0
        || CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(call.Header("dapr-api-token") ?? ""), Encoding.UTF8.GetBytes(options.ApiToken));
}
