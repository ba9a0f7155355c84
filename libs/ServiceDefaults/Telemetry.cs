using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Resources;

namespace Moodstream.ServiceDefaults;

/// <summary>
/// Export by OTLP. Its assemblies are loaded when <see cref="Add"/> is first compiled, which is why nothing else
/// names their types: a program without a collector starts without them.
/// </summary>
internal static class Telemetry
{
    /// <summary>The standard variable; the exporter reads it, and its siblings, itself.</summary>
    public const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string Ours = "Moodstream.*";

    // Built into the framework: https://learn.microsoft.com/dotnet/core/diagnostics/built-in-metrics
    private static readonly string[] FrameworkMeters =
        ["System.Runtime", "System.Net.Http", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Add(IHostApplicationBuilder builder)
    {
        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeFormattedMessage = true;
            logs.IncludeScopes = true;
        });
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName))
            .WithMetrics(metrics => metrics.AddMeter([Ours, .. FrameworkMeters]))
            .WithTracing(traces => traces.AddSource(Ours, "Microsoft.AspNetCore"))
            .UseOtlpExporter();
    }
}
