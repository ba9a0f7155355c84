namespace Moodstream.Dashboard.Board;

/// <summary>Events per second over the last minute, in slots of a tenth of a second. Times never go back.</summary>
internal sealed class RateWindow
{
    private const int SlotsPerSecond = 10;
    private const int Slots = 60 * SlotsPerSecond + 1;

    private readonly int[] _counts = new int[Slots];
    private long _newest;
    private TimeSpan? _first;

    /// <summary>Counts one event.</summary>
    /// <param name="at">Time since some start, not before that of any earlier call.</param>
    public void Add(TimeSpan at)
    {
        MoveTo(at);
        _first ??= at;
        _counts[_newest % Slots]++;
    }

    /// <summary>Events per second over whole slots before now; the slot under way would always read low.</summary>
    /// <param name="now">Time since the same start.</param>
    /// <param name="seconds">1 to 60.</param>
    /// <returns>The mean over the window, or over the time since the first event while that is shorter.</returns>
    public double PerSecond(TimeSpan now, int seconds)
    {
        MoveTo(now);
        if (_first is not { } first)
        {
            return 0;
        }

        var sum = 0L;
        for (var slot = Math.Max(0, _newest - (seconds * SlotsPerSecond)); slot < _newest; slot++)
        {
            sum += _counts[slot % Slots];
        }

        return sum / Math.Clamp((now - first).TotalSeconds, 1, seconds);
    }

    private void MoveTo(TimeSpan at)
    {
        var slot = at.Ticks / (TimeSpan.TicksPerSecond / SlotsPerSecond);
        for (var passed = Math.Max(_newest + 1, slot - Slots + 1); passed <= slot; passed++)
        {
            _counts[passed % Slots] = 0;
        }

        _newest = Math.Max(_newest, slot);
    }
}
