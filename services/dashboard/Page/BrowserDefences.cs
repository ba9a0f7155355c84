using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Moodstream.Dashboard.Page;

/// <summary>
/// What keeps a hostile post, or a hostile page in the next tab, out: a policy under which nothing but the embedded
/// files runs, and a refusal of names that are not this machine's. See <see cref="DashboardOptions.AllowedHosts"/>.
/// </summary>
internal sealed class BrowserDefences(
    RequestDelegate next, IOptions<DashboardOptions> options, ILogger<BrowserDefences> logger)
{
    // No inline script or style, no other origin, no markup made from text (trusted types), no frame around the page.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'";

    private readonly string _allowedHosts = options.Value.AllowedHosts;
    private readonly StringSegment[] _hosts = [.. options.Value.AllowedHosts
        .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(host => new StringSegment(host))];

    public async Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (IsAllowed(context))
        {
            await next(context);
            return;
        }

        logger.HostRefused(context.Request.Host.Value ?? "", _allowedHosts);
        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        await context.Response.WriteAsync(
            $"Expected one of the hosts {_allowedHosts} ({DashboardOptions.Section}:"
            + $"{nameof(DashboardOptions.AllowedHosts)}), got another.\n",
            context.RequestAborted);
    }

    private bool IsAllowed(HttpContext context)
    {
        if (context.Connection.LocalIpAddress is not { } address || !System.Net.IPAddress.IsLoopback(address))
        {
            return true;
        }

        return Array.Exists(_hosts, host => host == "*")
            || (context.Request.Host.HasValue
                && HostString.MatchesAny(new StringSegment(context.Request.Host.Host), _hosts));
    }
}
