using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Moodstream.Tests.Sidecar.Invocation;

namespace Moodstream.Sidecar.Tests;

/// <summary>A call as the app got it.</summary>
internal sealed record EchoCall(string Method, IReadOnlyDictionary<string, string> Metadata, int RequestBytes);

/// <summary>The bytes-in, bytes-out gRPC service of 09b-invoke-grpc.</summary>
internal sealed class EchoApp(int port) : IAsyncDisposable
{
    private static readonly string[] Statuses = ["OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"];

    private WebApplication? _server;

    public ConcurrentQueue<EchoCall> Calls { get; } = new();

    public static string NameOf(int status) => Statuses[status];

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, port, l => l.Protocols = HttpProtocols.Http2);
        });
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            using var now = new CancellationTokenSource(TimeSpan.Zero);
            await _server.StopAsync(now.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _server.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var frames = new Frames(context.Request.Body, int.MaxValue);
        var message = await frames.NextAsync(context.RequestAborted) ?? new byte[5];
        var method = context.Request.Path.Value!;
        Calls.Enqueue(new(method, context.Request.Headers.Where(h => h.Key[0] != ':').ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()), message.Length - 5));
        var status = 0;
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["x-server"] = "yes";
        switch (method[(method.LastIndexOf('/') + 1)..])
        {
            case "Fail":
                status = Array.IndexOf(Statuses, Encoding.UTF8.GetString(message.AsSpan(5)));
                context.Response.AppendTrailer("grpc-message", "on purpose");
                break;
            case "Big":
                await context.Response.Body.WriteAsync(Frame(int.Parse(Encoding.UTF8.GetString(message.AsSpan(5)), CultureInfo.InvariantCulture)));
                break;
            case "Slow":
                await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, context.RequestAborted);
                goto default;
            case "Stream":
                for (var next = message; next is not null; next = await frames.NextAsync(context.RequestAborted))
                {
                    await context.Response.Body.WriteAsync(next);
                    await context.Response.Body.FlushAsync();
                }

                break;
            default:
                await context.Response.Body.WriteAsync(message);
                break;
        }

        context.Response.AppendTrailer("x-trailer", "t");
        context.Response.AppendTrailer("grpc-status", status.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>A message of so many bytes.</summary>
    public static byte[] Frame(int bytes)
    {
        var frame = new byte[bytes + 5];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), bytes);
        return frame;
    }
}
