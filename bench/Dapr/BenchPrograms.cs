using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Moodstream.Sidecar;

namespace Moodstream.Bench.Dapr;

/// <summary>Apps in this process, and a sidecar that answers at once and does nothing.</summary>
internal sealed class BenchPrograms : IAsyncDisposable
{
    private readonly List<WebApplication> _programs = [];

    /// <summary>Calls the apps.</summary>
    public HttpClient Client { get; } = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>An app that takes the sidecar at an address for its own.</summary>
    public static WebApplicationBuilder App(Uri sidecar)
    {
        var builder = Builder();
        builder.Configuration[$"{SidecarOptions.Section}:{nameof(SidecarOptions.HttpEndpoint)}"] = $"{sidecar}";
        builder.AddSidecarBuildingBlocks();
        return builder;
    }

    /// <summary>Starts the sidecar.</summary>
    public Task<Uri> StartSidecarAsync()
    {
        var program = Builder().Build();
        program.Run(context =>
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return context.Request.Body.CopyToAsync(Stream.Null);
        });
        return StartAsync(program);
    }

    /// <summary>Starts a program, and gives its address.</summary>
    public async Task<Uri> StartAsync(WebApplication program)
    {
        _programs.Add(program);
        await program.StartAsync();
        return new Uri(program.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        for (var i = _programs.Count - 1; i >= 0; i--)
        {
            await _programs[i].DisposeAsync();
        }
    }

    private static WebApplicationBuilder Builder()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        return builder;
    }
}
