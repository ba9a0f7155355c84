using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Sidecar;

namespace Moodstream.SidecarAdapter.Tests.Support;

/// <summary>A program that holds nothing but the sidecar adapter and a test's subscriptions.</summary>
internal sealed class SidecarHarness : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SidecarHarness(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public IServiceProvider Services => _app.Services;

    public IPublisher Publisher => Services.GetRequiredService<IPublisher>();

    /// <summary>Calls the program as a sidecar does.</summary>
    public HttpClient Http { get; }

    public static async Task<SidecarHarness> StartAsync(
        Uri sidecar, IReadOnlyDictionary<string, string?>? settings = null, params SubscriptionBinding[] bindings) =>
        await StartAsync(sidecar, settings, _ => { }, bindings);

    public static Task<SidecarHarness> StartAsync(
        Uri sidecar,
        IReadOnlyDictionary<string, string?>? settings,
        Action<IServiceCollection> configure,
        params SubscriptionBinding[] bindings) =>
        StartAsync(sidecar, settings, configure, port: 0, bindings);

    public static async Task<SidecarHarness> StartAsync(
        Uri sidecar,
        IReadOnlyDictionary<string, string?>? settings,
        Action<IServiceCollection> configure,
        int port,
        params SubscriptionBinding[] bindings)
    {
        var app = Build(sidecar, settings, configure, port, bindings);
        await app.StartAsync().DefaultTimeout();
        return new SidecarHarness(app);
    }

    /// <summary>The program, not yet started.</summary>
    public static WebApplication Build(
        Uri sidecar,
        IReadOnlyDictionary<string, string?>? settings,
        Action<IServiceCollection> configure,
        int port,
        params SubscriptionBinding[] bindings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [SidecarEnvironment.HttpEndpointKey] = sidecar.ToString(),
            ["Moodstream:Sidecar:PublishPause"] = "00:00:00.001",
            ["Moodstream:Sidecar:StartTimeout"] = "00:00:00",
            ["Moodstream:Sidecar:GracePeriod"] = "00:00:00",
        });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug));
        configure(builder.Services);
        foreach (var binding in bindings)
        {
            builder.Services.AddSingleton(binding);
        }

        builder.AddSidecarBuildingBlocks();
        var app = builder.Build();
        app.MapSidecar();
        return app;
    }

    public RecordedMetrics Metrics() => new(Services.GetRequiredService<IMeterFactory>());

    /// <summary>Posts a body as the sidecar does and reads status and answer.</summary>
    public async Task<(int Status, string Answer)> DeliverAsync(string path, byte[] body, bool bulk = false)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation(
            "Content-Type", bulk ? "application/json" : "application/cloudevents+json");
        using var response = await Http.PostAsync(new Uri(path, UriKind.Relative), content);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task<(int Status, string Answer)> DeliverAsync(string path, string body, bool bulk = false) =>
        DeliverAsync(path, Encoding.UTF8.GetBytes(body), bulk);

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync().DefaultTimeout();
        await _app.DisposeAsync();
    }
}
