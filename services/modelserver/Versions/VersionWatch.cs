using Microsoft.Extensions.Options;
using State = Moodstream.TensorFlowServing.Wire.ModelVersionStatus.Types.State;

namespace Moodstream.ModelServer.Versions;

/// <summary>
/// Looks at the base folder, loads what is new beside what serves, and changes over: the old version answers until the
/// new one has passed its test, and what it has in hand after that.
/// </summary>
internal sealed class VersionWatch(
    ModelCatalog catalog,
    ModelLoader loader,
    IOptions<ModelServerOptions> options,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<VersionWatch> logger) : BackgroundService, IAsyncDisposable
{
    private readonly string _base = options.Value.ModelBase;
    private readonly VersionPolicy _policy = new();
    private bool _unreadable;

    // Guards what follows, and what is in service: a load may end when the watch is disposed already.
    private readonly Lock _changing = new();
    private Task _unloads = Task.CompletedTask;
    private bool _isDisposed;

    /// <summary>Loads the highest version that can be, before the first request can come.</summary>
    /// <exception cref="ModelLoadException">There is none.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Task.Run(LoadFirst, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>
    /// Waits for the requests in hand, then frees the models. Not for a load under way, which nothing ends before its
    /// time: what it loads is freed as soon as it is there.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        // A start that failed is not stopped: the loop ends here at the latest.
        base.Dispose();
        Task unloads;
        lock (_changing)
        {
            _isDisposed = true;
            if (catalog.Serve(null) is { } served)
            {
                _unloads = Task.WhenAll(_unloads, served.UnloadAsync());
            }

            unloads = _unloads;
        }

        await unloads;
        GC.SuppressFinalize(this);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.PollInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await Task.Run(Look, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception exception)
        {
            logger.WatchEnded(_base, exception);
            lifetime.StopApplication();
        }
    }

    private void LoadFirst()
    {
        var reasons = new List<string>();
        foreach (var folder in Find())
        {
            if (TryLoad(folder, out var reason))
            {
                return;
            }

            reasons.Add(reason);
        }

        throw new ModelLoadException(
            reasons.Count == 0
                ? $"{_base}: expected a folder of numbered versions, such as {Path.Combine(_base, "1")}, or a model folder; found neither"
                : $"{_base}: no version can be served: {string.Join("; ", reasons)}");
    }

    private IReadOnlyList<VersionFolder> Find()
    {
        try
        {
            return VersionFolder.Find(_base);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"model base {_base}: {exception.Message}", exception);
        }
    }

    private void Look()
    {
        IReadOnlyList<VersionFolder> folders;
        try
        {
            folders = VersionFolder.Find(_base);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Unreadable(exception.Message);
            return;
        }

        if (folders.Count == 0)
        {
            Unreadable("no numbered folder is left");
            return;
        }

        if (_unreadable)
        {
            _unreadable = false;
            logger.BaseReadable(_base);
        }

        if (_policy.Next(folders, catalog.Served?.Version) is { } next)
        {
            TryLoad(next, out _);
        }
    }

    private void Unreadable(string reason)
    {
        if (!_unreadable)
        {
            _unreadable = true;
            logger.BaseUnreadable(_base, reason);
        }
    }

    private bool TryLoad(VersionFolder folder, out string reason)
    {
        catalog.Set(new VersionState(folder.Version, State.Loading));
        try
        {
            var started = time.GetTimestamp();
            var loaded = loader.Load(folder);
            reason = "the server stops";
            return TryServe(loaded, folder, time.GetElapsedTime(started));
        }
        catch (ModelLoadException exception)
        {
            _policy.Refused(folder);
            catalog.Set(new VersionState(folder.Version, State.End, exception.Message));
            logger.VersionRefused(catalog.ModelName, folder.Version, exception.Message);
            reason = exception.Message;
            return false;
        }
    }

    /// <summary>Takes a version into service, or frees it again when nothing is served any more.</summary>
    private bool TryServe(ServedVersion loaded, VersionFolder folder, TimeSpan duration)
    {
        lock (_changing)
        {
            var leaving = loaded;
            if (!_isDisposed)
            {
                leaving = catalog.Serve(loaded);
                catalog.Set(new VersionState(folder.Version, State.Available));
                logger.VersionServed(catalog.ModelName, folder.Version, folder.Path, duration);
            }

            if (leaving is not null)
            {
                _unloads = Task.WhenAll(_unloads, UnloadAsync(leaving));
            }

            return !_isDisposed;
        }
    }

    private async Task UnloadAsync(ServedVersion version)
    {
        catalog.SetUnlessServed(new VersionState(version.Version, State.Unloading));
        await version.UnloadAsync();
        catalog.SetUnlessServed(new VersionState(version.Version, State.End));
        logger.VersionUnloaded(catalog.ModelName, version.Version);
    }
}
