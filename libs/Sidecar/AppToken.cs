using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.InProcess;

namespace Moodstream.Sidecar;

/// <summary>
/// The secret that the sidecar sends with every call of the app, its health probes excepted, where it was given one
/// (Dapr's contract, 2.12; <c>10-metadata-tokens-metrics.json</c>). Compared by hash, in constant time.
/// </summary>
internal sealed class AppToken(IConfiguration configuration, TimeProvider time, ILogger<AppToken> logger)
{
    private readonly FailureCauses _refused = new(time);
    private readonly byte[]? _hash =
        configuration[SidecarEnvironment.AppTokenKey] is { Length: > 0 } token ? Hash(token) : null;

    /// <summary>The endpoint for callers that have the secret; 401 without a word for all others.</summary>
    public RequestDelegate Checked(RequestDelegate endpoint) => _hash is null
        ? endpoint
        : context =>
        {
            var came = context.Request.Headers["dapr-api-token"];
            if (came.Count == 1 && CryptographicOperations.FixedTimeEquals(Hash(came[0] ?? ""), _hash))
            {
                return endpoint(context);
            }

            var path = context.Request.Path;
            if (_refused.IsNews(path))
            {
                logger.WrongToken(path);
            }

            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        };

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
