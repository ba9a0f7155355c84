using Microsoft.Extensions.Diagnostics.HealthChecks;
using Moodstream.ModelServer.Versions;

namespace Moodstream.ModelServer;

/// <summary>Ready means that a version is in service, which it is only after it gave the right answers.</summary>
internal sealed class ModelHealthCheck(ModelCatalog catalog) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(catalog.Served is null
            ? HealthCheckResult.Unhealthy("no version of the model is in service")
            : HealthCheckResult.Healthy());
}
