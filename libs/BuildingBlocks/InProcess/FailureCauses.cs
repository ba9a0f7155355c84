namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>
/// Which causes of failure were said lately, so that an event that fails twice a second for an hour is one line a
/// minute. A cause is an exception's type and message, or a message alone.
/// </summary>
internal sealed class FailureCauses(TimeProvider time)
{
    private const int MostCauses = 32;
    private static readonly TimeSpan SaidAgainAfter = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(Type Type, string Message), long> _saidAt = [];

    public bool IsNews(Exception exception) => IsNews((exception.GetType(), exception.Message));

    public bool IsNews(string message) => IsNews((typeof(string), message));

    private bool IsNews((Type, string) cause)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            if (_saidAt.TryGetValue(cause, out var saidAt) && time.GetElapsedTime(saidAt, now) < SaidAgainAfter)
            {
                return false;
            }

            return Remember(cause, now);
        }
    }

    // Messages may name what failed, so the causes have no bound of their own.
    private bool Remember((Type Type, string Message) cause, long now)
    {
        if (_saidAt.Count >= MostCauses && !_saidAt.ContainsKey(cause))
        {
            foreach (var (old, saidAt) in _saidAt)
            {
                if (time.GetElapsedTime(saidAt, now) >= SaidAgainAfter)
                {
                    _saidAt.Remove(old);
                }
            }
        }

        if (_saidAt.Count >= MostCauses && !_saidAt.ContainsKey(cause))
        {
            return false;
        }

        _saidAt[cause] = now;
        return true;
    }
}
