using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;

namespace Moodstream.Dashboard.Tests;

/// <summary>The dashboard as it ships, on a port of its own, with a test in the place of the broker.</summary>
internal sealed class DashboardHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Dictionary<string, IBulkTopicHandler> _handlers;

    private DashboardHost(WebApplication app)
    {
        _app = app;
        _handlers = app.Services.GetServices<SubscriptionBinding>().ToDictionary(
            binding => binding.Subscription.Topic, binding => (IBulkTopicHandler)binding.Handler(app.Services));
    }

    public IEnumerable<Subscription> Subscriptions =>
        _app.Services.GetServices<SubscriptionBinding>().Select(binding => binding.Subscription);

    public Uri Address => new(_app.Urls.Single());

    public static async Task<DashboardHost> StartAsync(
        TimeProvider? clock = null, int port = 0, params (string Option, string Value)[] options)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(
            options.Select(o => KeyValuePair.Create($"{DashboardOptions.Section}:{o.Option}", (string?)o.Value)));
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        builder.Host.UseDefaultServiceProvider(o => o.ValidateOnBuild = o.ValidateScopes = true);
        builder.AddDashboard();

        var app = builder.Build();
        app.MapDashboard();
        await app.StartAsync().DefaultTimeout();
        return new DashboardHost(app);
    }

    // A stream left behind is cut at once: its end will not come while anybody waits for it.
    public HttpClient CreateClient() =>
        new(new SocketsHttpHandler { MaxResponseDrainSize = 0 }) { BaseAddress = Address };

    public async Task<SseReader> ConnectAsync(string? lastEventId = null)
    {
        var client = CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).DefaultTimeout();
        response.EnsureSuccessStatusCode();
        return new SseReader(client, await response.Content.ReadAsStreamAsync().DefaultTimeout());
    }

    public Task DeliverAsync(params object[] messages) => DeliverAsync((IReadOnlyList<object>)messages);

    public async Task DeliverAsync(IReadOnlyList<object> messages)
    {
        foreach (var byTopic in messages.GroupBy(TopicOf))
        {
            var events = byTopic.Select((m, n) => new IncomingEvent($"event-{n}", byTopic.Key, Some.Json(m))).ToList();
            await _handlers[byTopic.Key].HandleAsync(events, CancellationToken.None).DefaultTimeout();
        }
    }

    public Task<IReadOnlyList<EventOutcome>> DeliverTextAsync(string topic, params string[] json) =>
        _handlers[topic].HandleAsync(
            [.. json.Select((text, n) => new IncomingEvent($"event-{n}", topic, Encoding.UTF8.GetBytes(text)))],
            CancellationToken.None).DefaultTimeout();

    public T GetRequiredService<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>The state as JSON.</summary>
    public async Task<JsonElement> StateAsync()
    {
        using var client = CreateClient();
        using var document = JsonDocument.Parse(await client.GetStringAsync("/api/state").DefaultTimeout());
        return document.RootElement.GetProperty("state").Clone();
    }

    /// <summary>Scored posts counted.</summary>
    public async Task<long> CountAsync() =>
        (await StateAsync()).GetProperty("mood").GetProperty("posts").GetInt64();

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().DefaultTimeout();
        await _app.DisposeAsync();
    }

    private static string TopicOf(object message) => message switch
    {
        ScoredPost => Topics.Scored,
        RejectedPost => Topics.Rejected,
        PostDeleted => Topics.Deleted,
        MoodWindows => Topics.Windows,
        MoodShift => Topics.Shifts,
        _ => Topics.IngestStatus,
    };
}
