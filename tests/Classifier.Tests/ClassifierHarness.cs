using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Classifier.Tests.Inference;
using Moodstream.Contracts;
using Moodstream.Tests.Support.BuildingBlocks;

namespace Moodstream.Classifier.Tests;

/// <summary>The classifier in a host of its own, between a publisher of posts and a listener to results.</summary>
internal sealed class ClassifierHarness : IAsyncDisposable
{
    private static readonly DateTimeOffset When = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly IHost _host;

    private ClassifierHarness(IHost host) => _host = host;

    public FakeModel Model { get; private init; } = new();

    public Recorded<(string EventId, ScoredPost Scored)> Scored { get; } = new();

    public Recorded<(string EventId, RejectedPost Rejected)> Rejected { get; } = new();

    public IServiceProvider Services => _host.Services;

    public static async Task<ClassifierHarness> StartAsync(
        Action<IServiceCollection>? configure = null, params (string Key, string Value)[] settings)
    {
        var model = new FakeModel();
        var harness = await StartAsync(
            model,
            services =>
            {
                services.AddSingleton(_ => model.Model());
                configure?.Invoke(services);
            },
            settings);
        await model.Answered.WhenCount(1).DefaultTimeout(); // the control post
        return harness;
    }

    /// <summary>Scores at a server, which need not be there, with the bundled model's tokenizer.</summary>
    public static Task<ClassifierHarness> StartRemoteAsync(
        Uri endpoint, Action<IServiceCollection>? configure = null, params (string Key, string Value)[] settings) =>
        StartAsync(
            new FakeModel(),
            configure,
            [
                ("Moodstream:Classifier:ModelEndpoint", endpoint.OriginalString),
                ("Moodstream:Classifier:Model", Repository.Model),
                .. settings,
            ]);

    /// <summary>The same, at whatever address the settings give.</summary>
    public static Task<ClassifierHarness> StartAddressedAsync(params (string Key, string Value)[] settings) =>
        StartAsync(new FakeModel(), null, [("Moodstream:Classifier:Model", Repository.Model), .. settings]);

    public static Post Post(string id, string text) =>
        new() { Id = id, Source = "test", Text = text, CreatedAt = When, ReceivedAt = When };

    public Task PublishAsync(params Post[] posts) => PublishAsync(
    [
        .. posts.Select(post =>
            new OutgoingEvent(post.Id, JsonSerializer.SerializeToUtf8Bytes(post, ContractsJson.Wire.Post))),
    ]);

    public async Task PublishAsync(params OutgoingEvent[] events)
    {
        var publisher = _host.Services.GetRequiredService<IPublisher>();
        var results = await publisher.PublishAsync(Topics.Raw, events, default).DefaultTimeout();
        Assert.All(results, r => Assert.True(r.Succeeded, r.Error));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().DefaultTimeout();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    private static async Task<ClassifierHarness> StartAsync(
        FakeModel model, Action<IServiceCollection>? configure, (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value)));
        configure?.Invoke(builder.Services);
        builder.Services.AddInProcessBuildingBlocks(
            new InProcessOptions { RetryInterval = TimeSpan.FromMilliseconds(5) });
        builder.AddClassifier();

        ClassifierHarness? harness = null;
        builder.Services.AddSingleton(Listen(Topics.Scored, e => harness!.Scored.Add(
            (e.Id, JsonSerializer.Deserialize(e.Data.Span, ContractsJson.Wire.ScoredPost)!))));
        builder.Services.AddSingleton(Listen(Topics.Rejected, e => harness!.Rejected.Add(
            (e.Id, JsonSerializer.Deserialize(e.Data.Span, ContractsJson.Wire.RejectedPost)!))));
        harness = new ClassifierHarness(builder.Build()) { Model = model };
        await harness._host.StartAsync().DefaultTimeout();
        return harness;
    }

    private static SubscriptionBinding Listen(string topic, Action<IncomingEvent> record) => new(
        new Subscription { Topic = topic, App = "test" },
        _ => new DelegateHandler(e =>
        {
            record(e);
            return EventOutcome.Processed;
        }));
}
