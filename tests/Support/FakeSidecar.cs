using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Moodstream.Tests.Support;

/// <summary>A call as the sidecar sees it.</summary>
public sealed record SeenCall(string Method, string Target, IHeaderDictionary Headers, byte[] Body)
{
    /// <summary>The body as UTF-8.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Body);
}

/// <summary>A sidecar whose answers a test writes; its outbound health is good.</summary>
public sealed class FakeSidecar : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeSidecar(WebApplication app) => _app = app;

    /// <summary>All calls but those of its health.</summary>
    public Recorded<SeenCall> Calls { get; } = new();

    /// <summary>Answers a call; 204 until a test says otherwise.</summary>
    public Func<SeenCall, HttpContext, Task> Answer { get; set; } = (_, context) =>
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    };

    /// <summary>What it says of its outbound health.</summary>
    public int HealthStatus { get; set; } = StatusCodes.Status204NoContent;

    /// <summary>Its HTTP API.</summary>
    public Uri Address => new(_app.Urls.Single());

    /// <summary>Starts one on a free port.</summary>
    public static async Task<FakeSidecar> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxResponseBufferSize = null;
        });
        builder.Services.AddLogging();
        var app = builder.Build();
        var sidecar = new FakeSidecar(app);
        app.Run(sidecar.HandleAsync);
        await app.StartAsync().DefaultTimeout();
        return sidecar;
    }

    /// <summary>Answers every call alike.</summary>
    public void AnswerAlways(int status, string body, string mediaType = "application/json") =>
        Answer = (_, context) => WriteAsync(context, status, body, mediaType);

    /// <summary>Writes an answer.</summary>
    public static async Task WriteAsync(
        HttpContext context, int status, string body, string mediaType = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = mediaType;
        await context.Response.WriteAsync(body);
    }

    /// <summary>Closes it at once, whatever is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path == "/v1.0/healthz/outbound")
        {
            context.Response.StatusCode = HealthStatus;
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        var headers = new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase));
        var call = new SeenCall(context.Request.Method, target, headers, body.ToArray());
        Calls.Add(call);
        await Answer(call, context);
    }
}
