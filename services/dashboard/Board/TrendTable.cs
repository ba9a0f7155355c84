using Moodstream.Contracts;

namespace Moodstream.Dashboard.Board;

/// <summary>
/// The newest windows of each topic, and the newest shifts. A topic beyond the bound replaces the one silent longest.
/// </summary>
internal sealed class TrendTable(int maxTopics)
{
    /// <summary>Shifts kept.</summary>
    public const int MaxShifts = 20;

    private readonly Dictionary<string, MoodWindows> _windows = new(StringComparer.OrdinalIgnoreCase);

    // Newest first.
    private readonly List<MoodShift> _shifts = [];

    /// <summary>Takes windows unless newer ones of their topic were here before them: order is not kept.</summary>
    public void Add(MoodWindows windows)
    {
        if (_windows.TryGetValue(windows.Topic, out var known) && known.At > windows.At)
        {
            return;
        }

        if (known is null && _windows.Count == maxTopics)
        {
            _windows.Remove(_windows.MinBy(w => w.Value.At).Key);
        }

        _windows[windows.Topic] = windows;
    }

    /// <summary>Takes a shift.</summary>
    /// <returns>False when it is a repeat of one that is shown.</returns>
    public bool Add(MoodShift shift)
    {
        if (_shifts.Exists(s => s.Window == shift.Window && s.At == shift.At
            && string.Equals(s.Topic, shift.Topic, StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }

        var at = _shifts.FindIndex(s => s.At <= shift.At);
        _shifts.Insert(at < 0 ? _shifts.Count : at, shift);
        if (_shifts.Count > MaxShifts)
        {
            _shifts.RemoveAt(MaxShifts);
        }

        return true;
    }

    /// <summary>Most posts first; topics of equally many by name.</summary>
    public IReadOnlyList<TopicWindows> ReadWindows() =>
    [
        .. _windows.Values
            .OrderByDescending(w => w.Windows[^1].Posts).ThenBy(w => w.Topic, StringComparer.Ordinal)
            .Select(w => new TopicWindows(
                w.Topic, w.Total, [.. w.Windows.Select(m => new WindowState(Seconds(m.Window), m.Posts, m.Mean))])),
    ];

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ShiftState> ReadShifts() =>
    [
        .. _shifts.Select(s => new ShiftState(
            s.Topic, s.From, s.To, Seconds(s.Window), s.Posts, s.Significance, s.At)),
    ];

    private static long Seconds(TimeSpan window) => (long)window.TotalSeconds;
}
