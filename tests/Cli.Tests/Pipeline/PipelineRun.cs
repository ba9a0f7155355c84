using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Classifier;
using Moodstream.Classifier.Inference;
using Moodstream.Contracts;
using Moodstream.Dashboard;
using Moodstream.Ingestor;
using Moodstream.Trends;
using Moodstream.Trends.Actors;
using Moodstream.Trends.Mood;

namespace Moodstream.Cli.Tests.Pipeline;

/// <summary>Every service in one process over a broker with faults, with a simulated model, until the source has ended.</summary>
internal sealed class PipelineRun
{
    private const int Posts = 2000;
    private const string Topic = "post"; // A word of every post.

    private readonly Recorder _recorder = new();

    private PipelineRun()
    {
    }

    /// <summary>The last status of the source.</summary>
    public IngestStatus Status => _recorder.Finished.Task.Result;

    /// <summary>How often each post's id came on tweets.scored.</summary>
    public Dictionary<string, int> Scored => _recorder.Scored;

    /// <summary>Posts counted by the dashboard, as its page shows them.</summary>
    public long Shown { get; private set; }

    /// <summary>Posts counted by the actor of the topic that every post is on.</summary>
    public long Counted { get; private set; }

    public static int Published => Posts;

    /// <summary>Runs to the end.</summary>
    /// <param name="faults">What the broker does.</param>
    /// <param name="model">What the model does.</param>
    public static async Task<PipelineRun> RunAsync(InProcessFaults faults, IInference? model = null)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllLinesAsync(
            folder["posts.jsonl"],
            Enumerable.Range(0, Posts).Select(i => $$"""{"id":"{{i}}","text":"post number {{i}}"}"""));
        var run = new PipelineRun();
        await using var app = Build(folder, faults, model ?? new SimulatedModel(), run._recorder);
        await app.StartAsync().DefaultTimeout();
        await run._recorder.Finished.Task.DefaultTimeout();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        run.Shown = await ShownAsync(client);
        run.Counted = await CountedAsync(app.Services.GetRequiredService<IActorClient>());
        await app.StopAsync().DefaultTimeout();
        return run;
    }

    private static WebApplication Build(
        TemporaryFolder folder, InProcessFaults faults, IInference model, Recorder recorder)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Moodstream:Ingestor:Source"] = $"file:{folder["posts.jsonl"]}",
            ["Moodstream:Ingestor:Track:0"] = Topic,
            ["Moodstream:Ingestor:Window"] = "256",
            ["Moodstream:Ingestor:ProcessingTimeout"] = "00:00:01", // The shortest there is: the faults cost one each.
            ["Moodstream:Ingestor:RedeliverInterval"] = "00:00:00",
            ["Moodstream:Ingestor:StatusInterval"] = "00:00:00.050",
            ["Moodstream:InProcess:RetryInterval"] = "00:00:00.010",
            ["urls"] = "http://127.0.0.1:0",
        });
        builder.Services.AddSingleton(faults);
        builder.Services.AddSingleton(new ScoringModel
        {
            Folder = SimulatedModel.Version,
            Labels = ["negative", "neutral", "positive"],
            MaxTokens = 128,
            Encode = SimulatedModel.Encode,
            Inference = model,
        });
        builder.AddInProcessBuildingBlocks();
        builder.AddClassifier();
        builder.AddTrends();
        builder.AddDashboard();
        builder.AddIngestor();
        builder.Services.AddSingleton(recorder);
        builder.Services.AddBulkSubscription<Recorder>(new Subscription { Topic = Topics.Scored, App = "recorder" });
        builder.Services.AddBulkSubscription<Recorder>(new Subscription { Topic = Topics.IngestStatus, App = "recorder" });
        var app = builder.Build();
        app.MapDashboard();
        return app;
    }

    // The dashboard's deliveries are its own: what settled a moment ago may still be on its way there.
    private static async Task<long> ShownAsync(HttpClient client)
    {
        long shown = -1;
        for (var asked = 0; asked < 100 && shown != Posts; asked++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
            using var state = JsonDocument.Parse(await client.GetStringAsync("/api/state").DefaultTimeout());
            shown = state.RootElement.GetProperty("state").GetProperty("mood").GetProperty("posts").GetInt64();
        }

        return shown;
    }

    private static async Task<long> CountedAsync(IActorClient actors)
    {
        long counted = -1;
        for (var asked = 0; asked < 100 && counted != Posts; asked++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
            var read = await actors.CallAsync(
                new ActorAddress(TopicMood.Type, TopicId.Of(Topic)!), TopicMood.ReadMethod, default, default).DefaultTimeout();
            counted = read.IsEmpty ? -1 : JsonSerializer.Deserialize(read.Span, ContractsJson.Wire.MoodWindows)!.Total;
        }

        return counted;
    }

    private sealed class Recorder : IBulkTopicHandler
    {
        public Dictionary<string, int> Scored { get; } = new(StringComparer.Ordinal);

        public TaskCompletionSource<IngestStatus> Finished { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<IReadOnlyList<EventOutcome>> HandleAsync(
            IReadOnlyList<IncomingEvent> events, CancellationToken cancellationToken)
        {
            foreach (var delivered in events)
            {
                Record(delivered);
            }

            IReadOnlyList<EventOutcome> outcomes = [.. events.Select(_ => EventOutcome.Processed)];
            return Task.FromResult(outcomes);
        }

        private void Record(IncomingEvent delivered)
        {
            if (delivered.Topic == Topics.Scored)
            {
                var id = JsonSerializer.Deserialize(delivered.Data.Span, ContractsJson.Wire.ScoredPost)!.Post.Id;
                lock (Scored)
                {
                    Scored[id] = Scored.GetValueOrDefault(id) + 1;
                }
            }
            else if (JsonSerializer.Deserialize(delivered.Data.Span, ContractsJson.Wire.IngestStatus)! is { Finished: true } last)
            {
                Finished.TrySetResult(last);
            }
        }
    }
}
