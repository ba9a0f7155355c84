using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Moodstream.BuildingBlocks.InProcess;

namespace Moodstream.Sidecar;

/// <summary>Registers the building blocks that the configuration chooses; the rest of a program is the same.</summary>
public static class BuildingBlocksExtensions
{
    /// <summary>
    /// Configuration key: <c>dapr</c> or <c>inprocess</c>. Left out, a program that <c>dapr run</c> or Dapr's injector
    /// started uses Dapr, and any other does not.
    /// </summary>
    public const string Key = "Moodstream:BuildingBlocks";

    /// <summary>Port that the sidecar was told is the app's; set by <c>dapr run</c> (Dapr's contract, 2.12).</summary>
    public const string AppPortKey = "APP_PORT";

    private const string Dapr = "dapr";
    private const string InProcess = "inprocess";

    // Without the prefix ASPNETCORE_: https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/endpoints
    private static readonly string[] ListenKeys = ["urls", "http_ports", "https_ports"];

    /// <summary>
    /// Adds the publisher, the state store and the deliveries. Over Dapr the program listens on <c>APP_PORT</c> of this
    /// machine, unless it was told where to listen (<c>ASPNETCORE_URLS</c>, <c>ASPNETCORE_HTTP_PORTS</c>).
    /// </summary>
    /// <param name="builder">The program; over Dapr it is one app.</param>
    /// <exception cref="FormatException"><see cref="Key"/> or <see cref="AppPortKey"/> is neither of what it can be.</exception>
    public static WebApplicationBuilder AddBuildingBlocks(this WebApplicationBuilder builder)
    {
        if (!UsesDapr(builder.Configuration))
        {
            builder.AddInProcessBuildingBlocks();
            return builder;
        }

        builder.AddSidecarBuildingBlocks();
        builder.Services.AddSingleton<SidecarMarker>();
        if (AppPort(builder.Configuration) is { } port && !IsToldWhereToListen(builder.Configuration))
        {
            builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        }

        return builder;
    }

    /// <summary>Maps what the sidecar calls, where there is one.</summary>
    /// <param name="app">The program.</param>
    public static WebApplication MapBuildingBlocks(this WebApplication app)
    {
        if (app.Services.GetService<SidecarMarker>() is not null)
        {
            app.MapSidecar();
        }

        return app;
    }

    /// <summary>Whether the configuration chooses Dapr.</summary>
    /// <param name="configuration">The program's configuration.</param>
    /// <exception cref="FormatException"><see cref="Key"/> is neither of what it can be.</exception>
    public static bool UsesDapr(IConfiguration configuration) => configuration[Key] switch
    {
        null or "" => SidecarEnvironment.HasSidecar(configuration),
        var chosen when chosen.Equals(Dapr, StringComparison.OrdinalIgnoreCase) => true,
        var chosen when chosen.Equals(InProcess, StringComparison.OrdinalIgnoreCase) => false,
        var other => throw new FormatException($"{Key}: expected {Dapr} or {InProcess}, got '{other}'"),
    };

    private static int? AppPort(ConfigurationManager configuration) => configuration[AppPortKey] switch
    {
        null or "" => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is >= 1 and <= 65535 => port,
        var text => throw new FormatException($"{AppPortKey}: expected a port, 1 to 65535, got '{text}'"),
    };

    private static bool IsToldWhereToListen(ConfigurationManager configuration) =>
        ListenKeys.Any(key => !string.IsNullOrEmpty(configuration[key]));

    private sealed class SidecarMarker;
}
