using Microsoft.Extensions.Options;

namespace Moodstream.Dashboard.Live;

/// <summary>Admits event streams up to the limit, and counts and logs what becomes of them.</summary>
internal sealed class Clients(IOptions<DashboardOptions> options, DashboardMetrics metrics, ILogger<Clients> logger)
{
    private int _connected;

    public int Max { get; } = options.Value.MaxClients;

    /// <summary>Takes a place; <see cref="Leave"/> gives it back.</summary>
    /// <returns>False when all are taken.</returns>
    public bool TryEnter()
    {
        var connected = Interlocked.Increment(ref _connected);
        if (connected > Max)
        {
            Interlocked.Decrement(ref _connected);
            metrics.ClientRefused();
            logger.ClientRefused(Max);
            return false;
        }

        metrics.ClientConnected();
        logger.ClientConnected(connected);
        return true;
    }

    public void Leave()
    {
        metrics.ClientLeft();
        logger.ClientLeft(Interlocked.Decrement(ref _connected));
    }

    public void FellBehind(long missed)
    {
        metrics.Gap();
        logger.ClientFellBehind(missed);
    }
}
