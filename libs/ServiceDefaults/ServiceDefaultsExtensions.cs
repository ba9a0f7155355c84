using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Moodstream.ServiceDefaults;

/// <summary>What every service has: health, telemetry, a clock, and time to stop.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Tag of the health checks that <c>/health/ready</c> runs.</summary>
    public const string ReadyTag = "ready";

    // Above the grace period of the deliveries (5 s by default) plus that of the intake before it, so that what is
    // left is abandoned with a count and not cut off by the host.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(20);

    // Services have no settings file, and a delivery of a sidecar is a request: six lines each. The first source, so that
    // any other says otherwise (Logging__LogLevel__Microsoft.AspNetCore=Information).
    private static readonly KeyValuePair<string, string?>[] Quiet =
        [new("Logging:LogLevel:Microsoft.AspNetCore", "Warning"), new("Logging:LogLevel:System.Net.Http", "Warning")];

    /// <summary>
    /// Adds health checks, <see cref="TimeProvider"/>, a shutdown long enough to drain, a log without a line for each
    /// request, and, only where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, the export of metrics, traces and logs.
    /// </summary>
    /// <typeparam name="TBuilder">A web or worker program.</typeparam>
    /// <param name="builder">The program.</param>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Quiet });
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHealthChecks();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        if (!string.IsNullOrWhiteSpace(builder.Configuration[Telemetry.EndpointKey]))
        {
            Telemetry.Add(builder);
        }

        return builder;
    }

    /// <summary>
    /// Maps, in every environment, <c>/health/live</c> (the process turns over) and <c>/health/ready</c> (the checks
    /// tagged <see cref="ReadyTag"/>; 200 also when one is degraded, 503 when one is unhealthy).
    /// </summary>
    /// <typeparam name="TEndpoints">The program's endpoints.</typeparam>
    /// <param name="endpoints">The program's endpoints.</param>
    /// <remarks>Neither depends on another service: back-pressure and waiting are no ill health.</remarks>
    public static TEndpoints MapDefaultEndpoints<TEndpoints>(this TEndpoints endpoints)
        where TEndpoints : IEndpointRouteBuilder
    {
        endpoints.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        endpoints.MapHealthChecks(
            "/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(ReadyTag) });
        return endpoints;
    }
}
