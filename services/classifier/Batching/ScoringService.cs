using System.Buffers;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Moodstream.Classifier.Inference;

namespace Moodstream.Classifier.Batching;

/// <summary>Owns the model: gathers posts while a batch is computed, and makes of them the next one.</summary>
/// <remarks>
/// It lives until the container is disposed, not until the host stops it: deliveries are drained when every hosted
/// service has stopped, and they need it.
/// </remarks>
internal sealed class ScoringService : IHostedService, IAsyncDisposable, IDisposable
{
    private readonly ScoringModel _model;
    private readonly TimeProvider _time;
    private readonly BatchPolicy _policy;
    private readonly BatchRunner _runner;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger _logger;
    private readonly Channel<PendingPost> _queue;
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
        if (options.Value.MaxBatchTokens < model.MaxTokens)
        {
            throw new UnsuitableModelException(
                $"model {model.Version.Name} version {model.Version.Version} makes up to {model.MaxTokens} token ids "
                + $"of a post, but {ClassifierOptions.Section}:{nameof(ClassifierOptions.MaxBatchTokens)} "
                + $"is {options.Value.MaxBatchTokens}");
        }

        _stopping = _disposed.Token;
        _model = model;
        _time = time;
        _lifetime = lifetime;
        _logger = logger;
        _policy = new BatchPolicy(options.Value.MaxBatchTokens, options.Value.MaxBatchPosts);
        _runner = new BatchRunner(model, new SentimentReader(model.Version, model.Labels), time, metrics, logger);
        _queue = Channel.CreateBounded<PendingPost>(
            new BoundedChannelOptions(options.Value.Concurrency) { SingleReader = true });
        metrics.Observe(() => _queue.Reader.Count, OldestAge);
    }

    /// <summary>Whether posts wait because the model does not answer.</summary>
    public bool IsInTrouble => _runner.IsInTrouble;

    /// <summary>Scores one text, in a batch with others that come at the same time.</summary>
    /// <param name="text">As the author wrote it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<PostScore> ScoreAsync(string text, CancellationToken cancellationToken)
    {
        var pending = Encode(text, cancellationToken);
        await _queue.Writer.WriteAsync(pending, cancellationToken);
        return await pending.Score.WaitAsync(cancellationToken);
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _logger.ModelLoaded(_model.Version.Name, _model.Version.Version);
        _running = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends the loop, and waits for the batch under way. A container may call it more than once.</summary>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        await _running;
    }

    /// <summary>Ends the loop; the model waits for the batch under way.</summary>
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

    private async Task RunAsync()
    {
        try
        {
            await GatherAndRunAsync();
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

    private async Task GatherAndRunAsync()
    {
        var waiting = new List<PendingPost>();
        var lengths = new List<int>();
        while (waiting.Count > 0 || await _queue.Reader.WaitToReadAsync(_stopping))
        {
            while (waiting.Count < _policy.MaxPosts && _queue.Reader.TryRead(out var pending))
            {
                if (!pending.IsAbandoned)
                {
                    waiting.Add(pending);
                    lengths.Add(pending.TokenIds.Length);
                }
            }

            var posts = _policy.Take(CollectionsMarshal.AsSpan(lengths));
            if (posts > 0)
            {
                await _runner.RunAsync(waiting[..posts].ToArray(), _stopping);
                waiting.RemoveRange(0, posts);
                lengths.RemoveRange(0, posts);
            }
        }
    }

    private TimeSpan OldestAge() =>
        _queue.Reader.TryPeek(out var oldest) ? _time.GetElapsedTime(oldest.EnqueuedAt) : TimeSpan.Zero;
}
