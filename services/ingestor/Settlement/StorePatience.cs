using Moodstream.Sidecar;

namespace Moodstream.Ingestor.Settlement;

/// <summary>
/// Waits at the start for a store in trouble, as everybody else does: an ingestor that ended instead would have to be
/// started again by somebody.
/// </summary>
internal sealed class StorePatience(SourceKey source, TimeProvider clock, ILogger<StorePatience> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Calls until the store is not in trouble.</summary>
    /// <param name="call">May be made several times, also after one that happened although its answer was lost.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<T> WaitAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        for (var isSaid = false; ; isSaid = true)
        {
            try
            {
                return await call(cancellationToken);
            }
            catch (SidecarException exception)
            {
                if (!isSaid)
                {
                    logger.WaitingForStore(source.Name, exception.Message);
                }

                await Task.Delay(Pause, clock, cancellationToken);
            }
        }
    }

    /// <inheritdoc cref="WaitAsync{T}"/>
    public Task WaitAsync(Func<CancellationToken, Task> call, CancellationToken cancellationToken) => WaitAsync(
        async token =>
        {
            await call(token);
            return true;
        },
        cancellationToken);
}
