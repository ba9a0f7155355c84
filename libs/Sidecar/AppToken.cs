using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Moodstream.Sidecar;

/// <summary>
/// The secret that the sidecar sends with every call of the app, its health probes excepted, where it was given one
/// (Dapr's contract, 2.12; <c>10-metadata-tokens-metrics.json</c>). Compared by hash, in constant time.
/// </summary>
internal sealed class AppToken(IConfiguration configuration, ILogger<AppToken> logger)
{
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

            logger.WrongToken(context.Request.Path);
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        };

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
