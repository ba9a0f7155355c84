using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Moodstream.ModelServer;
using Moodstream.ModelServer.Versions;
using Moodstream.ServiceDefaults;

namespace Moodstream.Cli.Serve;

/// <summary>The model server in this process, by the same AddX and MapX that it calls when it runs alone.</summary>
internal static class ServeHost
{
    private const string BindKey = $"{ModelServerOptions.Section}:{nameof(ModelServerOptions.Bind)}";
    private const string GrpcPortKey = $"{ModelServerOptions.Section}:{nameof(ModelServerOptions.GrpcPort)}";
    private const string RestPortKey = $"{ModelServerOptions.Section}:{nameof(ModelServerOptions.RestPort)}";

    /// <summary>Serves until Ctrl-C or SIGTERM; what is in hand then is answered first.</summary>
    /// <returns>One of <see cref="ExitCodes"/>; being stopped is how a server ends, and no failure.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyDictionary<string, string?> configuration, CancellationToken cancellationToken)
    {
        try
        {
            await using var app = Build(configuration);
            app.Lifetime.ApplicationStarted.Register(() => Console.Out.WriteLine(Greeting(app)));
            await app.RunAsync(cancellationToken);
            return cancellationToken.IsCancellationRequested ? ExitCodes.Ok : ExitCodes.Unreadable;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Ok; // Before everything had started.
        }
        catch (SocketException exception)
        {
            // Which of the two ports, it does not say.
            return Complaints.Write(
                $"cannot listen on {configuration[BindKey]}, ports {configuration[GrpcPortKey]} and {configuration[RestPortKey]}: {exception.Message}");
        }
        catch (Exception exception) when (exception is ModelLoadException or OptionsValidationException or IOException
            or AddressInUseException)
        {
            return Complaints.Write(exception.Message);
        }
    }

    private static WebApplication Build(IReadOnlyDictionary<string, string?> configuration)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "moodstream",
            ContentRootPath = AppContext.BaseDirectory, // No settings file of a folder that one happens to be in.
        });
        builder.Configuration.AddInMemoryCollection(configuration);
        StandardErrorLog.Add(builder.Logging, builder.Services);
        builder.Logging.AddFilter("Moodstream.ModelServer", LogLevel.Information);

        builder.AddServiceDefaults();            // health, telemetry, time to stop
        builder.AddModelServer();                // versions, batches, the two ports

        var app = builder.Build();
        app.MapDefaultEndpoints();               // /health/live, /health/ready
        app.MapModelServer();                    // gRPC, REST, metrics
        return app;
    }

    private static string Greeting(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses; // Kestrel has it
        var served = app.Services.GetRequiredService<ModelCatalog>();
        return $"Moodstream serves {served.ModelName} version {served.Served?.Version}: "
            + $"gRPC {addresses.First()}, REST {addresses.Last()}/v1/models/{served.ModelName} (Ctrl-C stops)";
    }
}
