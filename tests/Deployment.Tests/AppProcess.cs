using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Moodstream.Deployment.Tests;

/// <summary>
/// An app as <c>dapr run</c> starts it: the command, folder and environment of dapr.yaml, and the variables that the CLI
/// adds. Only the ports are others, a delivery that cannot be done (no model) is answered sooner, and at the sidecar's
/// port is somebody who takes everything and keeps state.
/// </summary>
internal sealed class AppProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly WebApplication _sidecar;
    private readonly Recorded<string> _lines = new();

    private AppProcess(Process process, WebApplication sidecar, int port)
    {
        _process = process;
        _sidecar = sidecar;
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    public HttpClient Http { get; }

    public static async Task<AppProcess> StartAsync(RunFileApp app)
    {
        var port = Ports.Free();
        var sidecar = await AgreeableSidecarAsync();
        var start = new ProcessStartInfo(app.Command[0], app.Command.Skip(1))
        {
            WorkingDirectory = Path.Combine(Repository.Root, app.AppDirPath!),
            RedirectStandardOutput = true,
        };
        start.Environment["APP_ID"] = app.AppId;
        start.Environment["APP_PORT"] = $"{port}";
        start.Environment["APP_PROTOCOL"] = app.AppProtocol ?? "http";
        start.Environment["DAPR_HTTP_PORT"] = $"{new Uri(sidecar.Urls.First()).Port}";
        start.Environment["DAPR_GRPC_PORT"] = $"{Ports.Free()}";
        start.Environment["Moodstream__Sidecar__PublishTimeout"] = "00:00:01";
        start.Environment["Moodstream__Sidecar__AnswerLimit"] = "00:00:02";
        foreach (var (name, value) in app.Env ?? [])
        {
            start.Environment[name] = value;
        }

        var process = new AppProcess(Process.Start(start)!, sidecar, port); // null only for UseShellExecute
        _ = process.ReadAsync();
        try
        {
            await process.UntilAsync("Application started");
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public async Task<JsonArray> SubscriptionsAsync()
    {
        using var response = await Http.GetAsync(new Uri("/dapr/subscribe", UriKind.Relative)).DefaultTimeout();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync().DefaultTimeout())!.AsArray();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        await _sidecar.DisposeAsync();
    }

    // 204 is ready, published and saved; the ingestor reads back the lease it wrote.
    private static async Task<WebApplication> AgreeableSidecarAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var sidecar = builder.Build();
        var state = new ConcurrentDictionary<string, string>();
        sidecar.MapGet("/v1.0/state/state/{key}", (HttpContext context, string key) =>
        {
            context.Response.Headers.ETag = "1";
            return state.TryGetValue(key, out var value) ? Results.Text(value, "application/json") : Results.NoContent();
        });
        sidecar.MapPost("/v1.0/state/state", async (HttpContext context) =>
        {
            var items = await JsonNode.ParseAsync(context.Request.Body);
            foreach (var item in items!.AsArray())
            {
                state[(string)item!["key"]!] = item["value"]!.ToJsonString();
            }

            return Results.NoContent();
        });
        sidecar.MapFallback(() => Results.NoContent());
        await sidecar.StartAsync().DefaultTimeout();
        return sidecar;
    }

    private async Task UntilAsync(string part)
    {
        var lines = _lines.Items;
        while (!lines.Any(line => line.Contains(part, StringComparison.Ordinal)))
        {
            await _lines.WhenCount(lines.Count + 1).DefaultTimeout();
            lines = _lines.Items;
            Assert.DoesNotContain(lines, line => line.StartsWith("(ended)", StringComparison.Ordinal));
        }
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _lines.Add(line);
        }

        _lines.Add($"(ended) {string.Join('\n', _lines.Items.TakeLast(10))}");
    }
}
