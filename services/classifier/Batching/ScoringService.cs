using System.Buffers;
using Microsoft.Extensions.Options;
using Moodstream.Classifier.Inference;

namespace Moodstream.Classifier.Batching;

/// <summary>Owns the model: gathers posts while batches are under way, and makes of them the next one.</summary>
/// <remarks>
/// It lives until the container is disposed, not until the host stops it: deliveries are drained when every hosted
/// service has stopped, and they need it.
/// </remarks>
internal sealed class ScoringService : IHostedService, IAsyncDisposable, IDisposable
{
    private readonly ScoringModel _model;
    private readonly TimeProvider _time;
    private readonly BatchQueue _queue;
    private readonly ModelWatch _watch;
    private readonly BatchRunner[] _runners;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _disposed = new();
    private readonly CancellationToken _stopping;
    private Task _running = Task.CompletedTask;

    public ScoringService(
        ScoringModel model,
        IOptions<ClassifierOptions> options,
        ClassifierMetrics metrics,
        TimeProvider time,
        IHostApplicationLifetime lifetime,
        ILogger<ScoringService> logger)
    {
        RequireRoom(model, options.Value.MaxBatchTokens);
        _stopping = _disposed.Token;
        _model = model;
        _time = time;
        _lifetime = lifetime;
        _logger = logger;
        _queue = new BatchQueue(
            new BatchPolicy(options.Value.MaxBatchTokens, options.Value.BatchPosts(model.Calls)), options.Value.Concurrency, time);
        var reader = new SentimentReader(model.Folder, model.Labels);
        var caller = new ModelCaller(model.Inference, time, metrics);
        _watch = new ModelWatch(model, caller, time, metrics, logger);
        _runners =
        [
            .. Enumerable.Range(0, model.Calls)
                .Select(_ => new BatchRunner(caller, _watch, reader, time, metrics, logger)),
        ];
        metrics.Observe(() => _queue.Count, OldestAge);
    }

    /// <summary>Why posts wait for the model, for a person; null while it answers.</summary>
    public string? Trouble => _watch.Trouble;

    /// <summary>Scores one text, in a batch with others that come at the same time.</summary>
    /// <param name="text">As the author wrote it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<PostScore> ScoreAsync(string text, CancellationToken cancellationToken)
    {
        var pending = Encode(text, cancellationToken);
        await _queue.AddAsync(pending, cancellationToken);
        return await pending.Score.WaitAsync(cancellationToken);
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _logger.ModelChosen(_model.Place, _model.Folder.Name, _model.Folder.Version);
        _running = Task.WhenAll(_runners.Select(runner => Task.Run(() => RunAsync(runner), CancellationToken.None)));
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends the loop, and waits for the batches under way. A container may call it more than once.</summary>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        await _running;
        _watch.Dispose();
    }

    /// <summary>Ends the loop; the model waits for the batches under way.</summary>
    public void Dispose()
    {
        if (!_stopping.IsCancellationRequested)
        {
            _disposed.Cancel();
            _disposed.Dispose();
        }
    }

    private PendingPost Encode(string text, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<int>.Shared.Rent(_model.MaxTokens);
        try
        {
            var length = _model.Encode(text, buffer);
            return new PendingPost(
                buffer[..length.Tokens], length.Truncated, _time.GetTimestamp(), cancellationToken);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(buffer);
        }
    }

    private async Task RunAsync(BatchRunner runner)
    {
        try
        {
            // Before the first post, so that a model that is not there is told of at once.
            await _watch.WaitAsync(_stopping);
            while (true)
            {
                var batch = await _queue.TakeAsync(_stopping);
                try
                {
                    await runner.RunAsync(batch, _stopping);
                }
                finally
                {
                    _queue.Done();
                }
            }
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // The container is gone, and with it the model and everyone who might wait for it.
        }
        catch (Exception exception)
        {
            _logger.ScoringEnded(exception);
            _lifetime.StopApplication();
        }
    }

    private TimeSpan OldestAge() =>
        _queue.Oldest is { } oldest ? _time.GetElapsedTime(oldest.EnqueuedAt) : TimeSpan.Zero;

    private static void RequireRoom(ScoringModel model, int maxBatchTokens)
    {
        if (maxBatchTokens < model.MaxTokens)
        {
            throw new UnsuitableModelException(
                $"model {model.Folder.Name} version {model.Folder.Version} makes up to {model.MaxTokens} token ids "
                + $"of a post, but {ClassifierOptions.Section}:{nameof(ClassifierOptions.MaxBatchTokens)} "
                + $"is {maxBatchTokens}");
        }
    }
}
