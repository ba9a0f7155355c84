using Microsoft.Extensions.Diagnostics.HealthChecks;
using Moodstream.Classifier.Batching;

namespace Moodstream.Classifier;

/// <summary>
/// Says when posts wait for the model. Degraded, not unhealthy: whoever restarts or cuts off the classifier for it
/// only adds to the trouble.
/// </summary>
internal sealed class ModelHealthCheck(ScoringService scoring) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(scoring.Trouble is { } trouble
            ? HealthCheckResult.Degraded($"the model does not answer; posts wait: {trouble}")
            : HealthCheckResult.Healthy());
}
