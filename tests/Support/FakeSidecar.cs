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
    private WebApplication _app = null!; // set by StartAsync

    private FakeSidecar()
    {
    }

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
    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>Starts one on a free port.</summary>
    public static async Task<FakeSidecar> StartAsync()
    {
        var sidecar = new FakeSidecar();
        await sidecar.RestartAsync();
        return sidecar;
    }

    /// <summary>Listens, where it did before; after <see cref="StopAsync"/>.</summary>
    public async Task RestartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls(Address.GetLeftPart(UriPartial.Authority));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxResponseBufferSize = null;
        });
        builder.Services.AddLogging();
        _app = builder.Build();
        _app.Run(HandleAsync);
        await _app.StartAsync().DefaultTimeout();
        Address = new Uri(_app.Urls.Single());
    }

    /// <summary>Stops at once: nobody listens, and calls under way are cut off.</summary>
    public async Task StopAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
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

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await StopAsync();

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
