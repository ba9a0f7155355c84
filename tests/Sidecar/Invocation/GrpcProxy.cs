using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Moodstream.Tests.Sidecar.PubSub;
using Moodstream.Tests.Sidecar.Resources;

namespace Moodstream.Tests.Sidecar.Invocation;

/// <summary>Calls of any gRPC method, handed on by the app id in their metadata (Dapr's contract, 6.2; 09b-invoke-grpc).</summary>
internal sealed class GrpcProxy(SidecarOptions options, SidecarResources resources, Names names) : IDisposable
{
    private const int Unknown = 2;
    private const int DeadlineExceeded = 4;
    private const int FailedPrecondition = 9;
    private const int Unavailable = 14;

    /// <summary>After a failed dial calls fail at once for so long: gRPC's back-off (09d-grpc-app).</summary>
    private static readonly TimeSpan BackOff = TimeSpan.FromSeconds(1);

    private static readonly string[] NotHandedOn = ["host", "user-agent", "te", "content-type", "content-length", "connection", "dapr-api-token", "dapr-app-id", "grpc-timeout", "grpc-accept-encoding", "accept-encoding"];

    private readonly ConcurrentDictionary<string, (DateTimeOffset Until, string Why)> _down = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = null,
        InitialHttp2StreamWindowSize = 1024 * 1024,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private sealed record Attempt(int Status, string Message, bool Final, List<KeyValuePair<string, string>> Trailers);

    /// <param name="context">The call.</param>
    /// <param name="fromSidecar">Whether another sidecar sent it, over the internal port.</param>
    public async Task HandleAsync(HttpContext context, bool fromSidecar)
    {
        try
        {
            await ProxyAsync(context, fromSidecar);
        }
        catch (GrpcException problem)
        {
            End(context, problem.Status, problem.Message, []);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone.
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task ProxyAsync(HttpContext context, bool fromSidecar)
    {
        var headers = context.Request.Headers;
        var id = (headers.TryGetValue("dapr-app-id", out var given) ? given : headers["dapr-callee-app-id"]).ToString();
        if (id.Length == 0)
        {
            throw new GrpcException(Unknown, "cannot proxy request: missing dapr-callee-app-id or dapr-app-id metadata");
        }

        var own = fromSidecar || id.Split('.')[0] == options.AppId;
        var address = own ? $"127.0.0.1:{options.AppPort}" : names.Find(id.Split('.')[0]) ?? throw new GrpcException(Unknown, "no host found with the given ID");
        List<KeyValuePair<string, StringValues>> metadata = [.. headers.Where(h => h.Key[0] != ':' && !NotHandedOn.Contains(h.Key.ToLowerInvariant()))];
        if (!own)
        {
            metadata.RemoveAll(h => h.Key.Equals("traceparent", StringComparison.OrdinalIgnoreCase));
            metadata.AddRange([new("dapr-caller-app-id", options.AppId), new("dapr-callee-app-id", id),
                new("traceparent", headers.TryGetValue("traceparent", out var parent) ? parent : Trace.Zero)]);
        }

        var target = own ? Target.None : resources.TargetOf(id, "app");
        var frames = new Frames(context.Request.Body, options.MaxBodySize);
        var streams = headers["dapr-stream"] == "true";
        if (target.Retry.MaxRetries == 0 || streams)
        {
            // A first message that is too large never reaches the app; a stream that says so is not waited for.
            var first = streams ? [] : await frames.NextAsync(context.RequestAborted) ?? [];
            var passed = await AttemptAsync(context, address, metadata, streams ? null : target.Timeout,
                output => CopyAsync(first, frames, output, context.RequestAborted));
            End(context, passed.Status, passed.Message, passed.Trailers);
            return;
        }

        // With a policy the one message is kept, so that it can be sent again.
        var message = await frames.NextAsync(context.RequestAborted) ?? [];
        if (await frames.NextAsync(context.RequestAborted) is not null)
        {
            throw new GrpcException(FailedPrecondition, "cannot use resiliency policies with retries on streaming RPCs");
        }

        List<KeyValuePair<string, string>> trailers = [];
        for (var retry = 0; ; retry++)
        {
            var attempt = await AttemptAsync(context, address, metadata, target.Timeout, async output => await output.WriteAsync(message));
            trailers.AddRange(attempt.Trailers);
            // An attempt that timed out is made again whatever the codes, but once less often (09b-invoke-grpc).
            var again = attempt.Final ? retry < target.Retry.MaxRetries - 1 : attempt.Status != 0 && target.Retry.GrpcCodes?.Contains(attempt.Status) != false && retry < target.Retry.MaxRetries;
            if (!again)
            {
                End(context, attempt.Status, attempt.Message, trailers);
                return;
            }

            await Task.Delay(target.Retry.Interval, TimeProvider.System, context.RequestAborted);
        }
    }

    private async Task<Attempt> AttemptAsync(HttpContext context, string address, List<KeyValuePair<string, StringValues>> metadata, TimeSpan? timeout, Func<Stream, Task> body)
    {
        if (_down.TryGetValue(address, out var down) && TimeProvider.System.GetUtcNow() < down.Until)
        {
            return new(Unavailable, down.Why, false, []);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var deadline = new[] { timeout, Deadline(context.Request.Headers["grpc-timeout"]) }.Min();
        limit.CancelAfter(deadline ?? Timeout.InfiniteTimeSpan);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{address}{context.Request.Path}")
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new Body(body),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType ?? "application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("user-agent", "grpc-go/1.82.1");
        if (deadline is { } left)
        {
            request.Headers.TryAddWithoutValidation("grpc-timeout", string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, (long)left.TotalMilliseconds)}m"));
        }

        foreach (var (name, value) in metadata)
        {
            request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
        }

        try
        {
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return await AnswerAsync(context, answer, limit.Token);
        }
        catch (HttpRequestException problem) when (problem.HttpRequestError == HttpRequestError.ConnectionError)
        {
            var why = $"connection error: desc = \"transport: Error while dialing: dial tcp {address}: connect: connection refused\"";
            _down[address] = (TimeProvider.System.GetUtcNow() + BackOff, why);
            return new(Unavailable, why, false, []);
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException)
        {
            return new(Unavailable, "error reading from server: EOF", false, []);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return new(DeadlineExceeded, "context deadline exceeded", true, []);
        }
    }

    /// <summary>Hands messages on; an answer without any leaves the call untouched, so that it may be tried again.</summary>
    private async Task<Attempt> AnswerAsync(HttpContext context, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var frames = new Frames(await answer.Content.ReadAsStreamAsync(cancellationToken), options.MaxBodySize);
        while (await frames.NextAsync(cancellationToken) is { } frame)
        {
            if (!context.Response.HasStarted)
            {
                foreach (var header in answer.Headers.Where(h => h.Key.ToLowerInvariant() is not ("date" or "server" or "transfer-encoding")))
                {
                    context.Response.Headers[header.Key] = header.Value.ToArray();
                }

                context.Response.ContentType = "application/grpc";
            }

            await context.Response.Body.WriteAsync(frame, cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
        }

        var ends = answer.TrailingHeaders.Contains("grpc-status") ? answer.TrailingHeaders : answer.Headers;
        var status = ends.TryGetValues("grpc-status", out var code) && int.TryParse(code.First(), CultureInfo.InvariantCulture, out var number) ? number : Unknown;
        var message = ends.TryGetValues("grpc-message", out var text) ? Uri.UnescapeDataString(text.First()) : "";
        return new(status, message, false, [.. answer.TrailingHeaders.Where(t => !t.Key.StartsWith("grpc-", StringComparison.Ordinal))
            .SelectMany(t => t.Value.Select(v => KeyValuePair.Create(t.Key, v)))]);
    }

    private static void End(HttpContext context, int status, string message, List<KeyValuePair<string, string>> trailers)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = "application/grpc";
        }

        foreach (var group in trailers.GroupBy(t => t.Key))
        {
            context.Response.AppendTrailer(group.Key, group.Select(t => t.Value).ToArray());
        }

        context.Response.AppendTrailer("grpc-status", status.ToString(CultureInfo.InvariantCulture));
        if (message.Length > 0)
        {
            context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(message).Replace("%20", " ", StringComparison.Ordinal));
        }
    }

    private static async Task CopyAsync(byte[] first, Frames frames, Stream output, CancellationToken cancellationToken)
    {
        await output.WriteAsync(first, cancellationToken);
        await output.FlushAsync(cancellationToken);
        while (await frames.NextAsync(cancellationToken) is { } frame)
        {
            await output.WriteAsync(frame, cancellationToken);
            await output.FlushAsync(cancellationToken);
        }
    }

    /// <summary>gRPC's notation: digits and one of H M S m u n.</summary>
    private static TimeSpan? Deadline(StringValues text) => text.ToString() is not [.. var digits, var unit] || !long.TryParse(digits, CultureInfo.InvariantCulture, out var value) ? null : unit switch
    {
        'H' => TimeSpan.FromHours(value),
        'M' => TimeSpan.FromMinutes(value),
        'S' => TimeSpan.FromSeconds(value),
        'm' => TimeSpan.FromMilliseconds(value),
        'u' => TimeSpan.FromMicroseconds(value),
        _ => TimeSpan.FromMicroseconds(value / 1000),
    };

    /// <summary>A body written as it comes.</summary>
    private sealed class Body(Func<Stream, Task> write) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
