using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Moodstream.Sidecar.Calls;

/// <summary>
/// Calls the sidecar's HTTP API. Each call has a time limit and its answer a bound in bytes; whether the sidecar
/// answers is said once when it stops and once when it is back.
/// </summary>
internal sealed class SidecarClient : IDisposable
{
    // In KiB. A list of failures is repeated in a header: 2,676 of them made 315 kB (Dapr's contract, 1.3;
    // 03-publish-bulk.json), where the client would stop at 64 by itself.
    private const int MaxHeaderKibibytes = 1024;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly string? _token;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private volatile bool _isGone;
    private long _goneSince;

    public SidecarClient(
        IConfiguration configuration,
        IOptions<SidecarOptions> options,
        TimeProvider time,
        ILogger<SidecarClient> logger)
    {
        _address = SidecarEnvironment.HttpAddress(configuration, options.Value.HttpEndpoint);
        _token = configuration[SidecarEnvironment.ApiTokenKey] is { Length: > 0 } token ? token : null;
        _time = time;
        _logger = logger;

        // No proxy: the sidecar is a neighbour, and HTTP_PROXY is set for the world outside. No redirect: no sidecar
        // sends one, and it would carry the token elsewhere.
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = ConnectTimeout,
#pragma warning disable CA2262 // It is meant in KiB.
            MaxResponseHeadersLength = MaxHeaderKibibytes,
#pragma warning restore CA2262
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The address called.</summary>
    public Uri Address => _address;

    /// <summary>Calls and reads the answer, whatever its status.</summary>
    /// <exception cref="SidecarException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<SidecarReply> SendAsync(SidecarCall call, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(call.Limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = Request(call);
            using var response = await _http.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var reply = await ReadAsync(response, call.MaxAnswerBytes, either.Token);
            Answered();
            return reply;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var message = $"no answer of the sidecar to {call} within {call.Limit}";
            throw call.IsForSomebodyElse
                ? new SidecarException(SidecarFailure.NoAnswer, message)
                : Gone(SidecarFailure.NoAnswer, message);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Gone(
                exception is HttpRequestException
                {
                    HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError,
                }
                    ? SidecarFailure.Unreachable
                    : SidecarFailure.Broken,
                $"the sidecar at {_address} did not answer {call}: {SidecarReply.OneLine(Innermost(exception).Message)}",
                exception);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private static Exception Innermost(Exception exception) =>
        exception.InnerException is { } inner ? Innermost(inner) : exception;

    private static async Task<SidecarReply> ReadAsync(
        HttpResponseMessage response, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var (body, isWhole) = await BoundedBody.ReadAsync(
            stream, response.Content.Headers.ContentLength, maxBytes, cancellationToken);
        return new SidecarReply(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.MediaType ?? "",
            body,
            isWhole,
            response.Headers.TryGetValues("ETag", out var etags) ? etags.FirstOrDefault() : null,
            response.Headers.Contains(SidecarReply.AppErrorHeader));
    }

    private HttpRequestMessage Request(SidecarCall call)
    {
        // Not canonicalised: segments are escaped already, and %2F, %2E and the like must arrive as they are.
        var request = new HttpRequestMessage(
            call.Method,
            new Uri(
                _address.GetLeftPart(UriPartial.Authority) + call.Path,
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
        {
            Version = HttpVersion.Version11,
        };
        if (call.Body is { } body)
        {
            request.Content = new ReadOnlyMemoryContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(call.MediaType);
        }

        if (_token is not null)
        {
            // Dapr's contract, 2.12; 10-metadata-tokens-metrics.json.
            request.Headers.TryAddWithoutValidation("dapr-api-token", _token);
        }

        if (call.IfMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", call.IfMatch);
        }

        return request;
    }

    private void Answered()
    {
        if (!_isGone)
        {
            return;
        }

        lock (_lock)
        {
            if (_isGone)
            {
                _isGone = false;
                _logger.SidecarBack(_address, _time.GetElapsedTime(_goneSince));
            }
        }
    }

    private SidecarException Gone(SidecarFailure failure, string message, Exception? inner = null)
    {
        lock (_lock)
        {
            if (!_isGone)
            {
                _isGone = true;
                _goneSince = _time.GetTimestamp();
                _logger.SidecarGone(message);
            }
        }

        return new SidecarException(failure, message, inner);
    }
}
