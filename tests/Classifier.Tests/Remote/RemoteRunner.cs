using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moodstream.Classifier.Batching;
using Moodstream.Classifier.Inference;
using Moodstream.TensorFlowServing.Tests.Client;

namespace Moodstream.Classifier.Tests.Remote;

/// <summary>One batch at a time, from texts to scores, over a socket to a scripted server.</summary>
internal sealed class RemoteRunner : IAsyncDisposable
{
    /// <summary>The id of '!' in the bundled model's vocabulary.</summary>
    public const int ExclamationMark = 999;

    private readonly ServiceProvider _services =
        new ServiceCollection().AddMetrics().AddSingleton<ClassifierMetrics>().BuildServiceProvider();

    private readonly LoggerFactory _loggers = new();
    private readonly ScoringModel _model;
    private readonly BatchRunner _runner;

    private RemoteRunner(ServingDouble serving, ClassifierOptions options)
    {
        Serving = serving;
        _model = ServingModel.Open(options, serving.Address, apiToken: null, Time);
        _loggers.AddProvider(Logs);
        Metrics = new RecordedMetrics(_services.GetRequiredService<IMeterFactory>());
        var metrics = _services.GetRequiredService<ClassifierMetrics>();
        var logger = _loggers.CreateLogger("test");
        var caller = new ModelCaller(_model.Inference, Time, metrics);
        Watch = new ModelWatch(_model, caller, Time, metrics, logger);
        _runner = new BatchRunner(
            caller, Watch, new SentimentReader(_model.Folder, _model.Labels), Time, metrics, logger);
    }

    public ServingDouble Serving { get; }

    public HurriedTimeProvider Time { get; } = new();

    public RecordedMetrics Metrics { get; }

    public RecordedLogs Logs { get; } = new();

    public ModelWatch Watch { get; }

    public int ControlTokens => _model.Encode("good morning", new int[_model.MaxTokens]).Tokens;

    public static async Task<RemoteRunner> StartAsync(TimeSpan? deadline = null, int mostBytes = 4 * 1024 * 1024)
    {
        var serving = await ServingDouble.StartAsync(mostBytes: mostBytes);
        return new RemoteRunner(serving, new ClassifierOptions
        {
            Model = Repository.Model,
            ModelEndpoint = serving.Address,
            ModelDeadline = deadline ?? TimeSpan.FromMinutes(1),
        });
    }

    /// <summary>Runs texts as one batch.</summary>
    public async Task<PostScore[]> RunAsync(params string[] texts)
    {
        var posts = texts.Select(text =>
        {
            var tokenIds = new int[_model.MaxTokens];
            var length = _model.Encode(text, tokenIds);
            return new PendingPost(tokenIds[..length.Tokens], length.Truncated, 0, CancellationToken.None);
        }).ToArray();
        await _runner.RunAsync(posts, CancellationToken.None).DefaultTimeout();
        return await Task.WhenAll(posts.Select(p => p.Score)).DefaultTimeout();
    }

    public async ValueTask DisposeAsync()
    {
        await Serving.DisposeAsync();
        Watch.Dispose();
        Metrics.Dispose();
        _model.Dispose();
        _loggers.Dispose();
        await _services.DisposeAsync();
    }
}
