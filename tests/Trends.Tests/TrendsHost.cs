using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.BuildingBlocks.State;
using Moodstream.Contracts;
using Moodstream.ServiceDefaults;
using Moodstream.Tests.Support.BuildingBlocks;
using Moodstream.Trends.Actors;
using Moodstream.Trends.Mood;

namespace Moodstream.Trends.Tests;

/// <summary>Trends in a host of its own, as its Program.cs puts it together, over the in-process adapters.</summary>
internal sealed class TrendsHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TrendsHost(WebApplication app, RecordedLogs logs)
    {
        _app = app;
        Logs = logs;
        Metrics = new RecordedMetrics(app.Services.GetRequiredService<IMeterFactory>());
    }

    public RecordedLogs Logs { get; }

    public RecordedMetrics Metrics { get; }

    /// <summary>What came on <see cref="Topics.Windows"/>.</summary>
    public Channel<MoodWindows> Windows { get; } = Channel.CreateUnbounded<MoodWindows>();

    /// <summary>What came on <see cref="Topics.Shifts"/>.</summary>
    public Channel<MoodShift> Shifts { get; } = Channel.CreateUnbounded<MoodShift>();

    public static async Task<TrendsHost> StartAsync(
        TimeProvider time,
        IStateStore? store = null,
        string? folder = null,
        params (string Option, string Value)[] options)
    {
        TrendsHost? host = null;
        var builder = WebApplication.CreateSlimBuilder();
        var logs = new RecordedLogs();
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(
            options.Select(o => KeyValuePair.Create<string, string?>($"{TrendsOptions.Section}:{o.Option}", o.Value)));
        builder.Configuration["Moodstream:InProcess:DataFolder"] = folder;
        builder.Services.AddSingleton(time);
        if (store is not null)
        {
            builder.Services.AddSingleton(store);
        }

        Listen(builder.Services, Topics.Windows, e => host!.Windows.Writer.TryWrite(
            JsonSerializer.Deserialize(e.Data.Span, ContractsJson.Wire.MoodWindows)!));
        Listen(builder.Services, Topics.Shifts, e => host!.Shifts.Writer.TryWrite(
            JsonSerializer.Deserialize(e.Data.Span, ContractsJson.Wire.MoodShift)!));
        builder.AddServiceDefaults();
        builder.AddInProcessBuildingBlocks();
        builder.AddTrends();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        host = new TrendsHost(app, logs);
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

    /// <summary>Hands events to the handler as a delivery does.</summary>
    public async Task<IReadOnlyList<EventOutcome>> DeliverAsync(params OutgoingEvent[] events)
    {
        var binding = _app.Services.GetServices<SubscriptionBinding>().Single(b => b.Subscription.App == Apps.Trends);
        var handler = (IBulkTopicHandler)binding.Handler(_app.Services);
        return await handler.HandleAsync(
            [.. events.Select(e => new IncomingEvent(e.Id, Topics.Scored, e.Data))], CancellationToken.None).DefaultTimeout();
    }

    /// <summary>Publishes scored posts, for the broker to deliver.</summary>
    public Task PublishAsync(params ScoredPost[] posts) => _app.Services.GetRequiredService<IPublisher>()
        .PublishAsync(Topics.Scored, [.. posts.Select(Some.Event)], CancellationToken.None).DefaultTimeout();

    /// <summary>What a topic's actor holds; null when it holds nothing.</summary>
    public async Task<MoodWindows?> ReadAsync(string topic)
    {
        var json = await CallAsync(topic, TopicMood.ReadMethod, default);
        return json.IsEmpty ? null : JsonSerializer.Deserialize(json.Span, ContractsJson.Wire.MoodWindows);
    }

    public Task<ReadOnlyMemory<byte>> CallAsync(string topic, string method, ReadOnlyMemory<byte> body) =>
        _app.Services.GetRequiredService<IActorClient>().CallAsync(
            new ActorAddress(TopicMood.Type, TopicId.Of(topic)!), method, body, CancellationToken.None).DefaultTimeout();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().DefaultTimeout();
        await _app.DisposeAsync();
    }

    private static void Listen(IServiceCollection services, string topic, Action<IncomingEvent> take) =>
        services.AddSingleton(new SubscriptionBinding(
            new Subscription { Topic = topic, App = "test" },
            _ => new DelegateHandler(e =>
            {
                take(e);
                return EventOutcome.Processed;
            })));
}
