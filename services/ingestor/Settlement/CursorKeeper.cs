using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor.Settlement;

/// <summary>Goes on from the saved cursor at the start, and saves it while the source is read and at the end.</summary>
internal sealed class CursorKeeper(
    IPostSource source,
    SharedWindow settlement,
    CursorStore store,
    StorePatience patience,
    IngestorOptions options,
    ILogger<CursorKeeper> logger)
{
    private string _mark = "";
    private SettlementState? _saved;

    /// <summary>Takes up what was saved; waits for a store in trouble.</summary>
    /// <returns>Where the source is to be read from.</returns>
    public async Task<SourcePosition> OpenAsync(CancellationToken cancellationToken)
    {
        var saved = await patience.WaitAsync(store.LoadAsync, cancellationToken);
        var resumption = source.Resume(saved?.Mark);
        _mark = resumption.Mark;
        if (saved is not null && resumption.Obstacle is { } obstacle)
        {
            logger.CannotGoOn(source.Name, obstacle, saved.Settlement.Unsettled);
        }

        var from = settlement.Restore(saved?.Settlement, canGoOn: resumption.Obstacle is null);
        logger.Reading(source.Name, saved is null ? from : settlement.Save().Cursor);

        // At once: the mark must be known before the first post is out, or a kill would leave no trace of the run.
        await patience.WaitAsync(SaveAsync, cancellationToken);
        return from;
    }

    /// <summary>
    /// Saves as often as the options say. A store in trouble is tried again: the cursor only gets older.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.SaveInterval, store.Clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await SaveAsync(cancellationToken);
            }
            catch (Exception e) when (e is not (OperationCanceledException or SavedSourceException))
            {
                logger.NotSaved(source.Name, e.Reason());
            }
        }
    }

    /// <summary>Saves for the last time. Where the store is in trouble the next start goes on from what was saved before.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SaveAsync(cancellationToken);
        }
        catch (Exception e)
        {
            logger.NotSavedAtTheEnd(source.Name, e.Reason());
        }

        if (_saved is { Unsettled: > 0 } saved)
        {
            logger.StoppedUnsettled(saved.Unsettled, source.Name);
        }
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        var state = settlement.Save();
        if (state.Equals(_saved))
        {
            return;
        }

        await store.SaveAsync(_mark, state, cancellationToken);
        _saved = state;
    }
}
