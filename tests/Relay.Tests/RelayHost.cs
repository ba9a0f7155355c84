using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;
using Moodstream.ServiceDefaults;

namespace Moodstream.Relay.Tests;

/// <summary>The relay in a host of its own, as its Program.cs puts it together, over the in-process adapters.</summary>
internal sealed class RelayHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RelayHost(WebApplication app, RecordedLogs logs)
    {
        _app = app;
        Logs = logs;
        Metrics = new RecordedMetrics(app.Services.GetRequiredService<IMeterFactory>());
    }

    public RecordedLogs Logs { get; }

    public RecordedMetrics Metrics { get; }

    public static async Task<RelayHost> StartAsync(params (string Option, string Value)[] options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var logs = new RecordedLogs();
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(
            options.Select(o => KeyValuePair.Create<string, string?>($"{RelayOptions.Section}:{o.Option}", o.Value)));
        builder.AddServiceDefaults();
        builder.AddInProcessBuildingBlocks();
        builder.AddRelay();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        var host = new RelayHost(app, logs);
        try
        {
            await app.StartAsync().DefaultTimeout();
            return host;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async Task PublishAsync(params IncomingEvent[] events)
    {
        var publisher = _app.Services.GetRequiredService<IPublisher>();
        var results = await publisher.PublishAsync(
            Topics.Scored, [.. events.Select(e => new OutgoingEvent(e.Id, e.Data))], CancellationToken.None).DefaultTimeout();
        Assert.All(results, r => Assert.True(r.Succeeded));
    }

    public async Task<HttpStatusCode> HealthAsync(string path)
    {
        using var http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative)).DefaultTimeout();
        return response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        Metrics.Dispose();
        await _app.DisposeAsync();
    }
}
