using Moodstream.Contracts;
using Moodstream.Dashboard.Board;

namespace Moodstream.Dashboard.Tests;

public sealed class TrendTableTests
{
    private readonly TrendTable _table = new(maxTopics: 2);

    [Fact]
    public void Add_OlderWindowsAfterNewer_ChangeNothing()
    {
        _table.Add(Some.Windows("fed", posts: 5, at: Some.Time.AddSeconds(1)));
        _table.Add(Some.Windows("FED", posts: 4));

        var shown = Assert.Single(_table.ReadWindows());
        Assert.Equal(("fed", 5, 5), (shown.Topic, shown.Total, shown.Windows[^1].Posts));
    }

    [Fact]
    public void Add_TopicBeyondTheBound_ReplacesTheOneSilentLongest()
    {
        _table.Add(Some.Windows("a", at: Some.Time.AddSeconds(2)));
        _table.Add(Some.Windows("b", at: Some.Time.AddSeconds(1)));
        _table.Add(Some.Windows("c", posts: 9, at: Some.Time.AddSeconds(3)));

        Assert.Equal(["c", "a"], _table.ReadWindows().Select(w => w.Topic));
    }

    [Fact]
    public void Add_ShiftTwice_IsShownOnce()
    {
        Assert.True(_table.Add(Some.Shift("fed")));
        Assert.False(_table.Add(Some.Shift("Fed")));
        Assert.True(_table.Add(Some.Shift("fed", at: Some.Time.AddMinutes(5))));

        Assert.Equal(2, _table.ReadShifts().Count);
    }

    [Fact]
    public void Add_ShiftsInAnyOrder_KeepsTheNewest()
    {
        var shifts = Enumerable.Range(0, 50).Select(n => Some.Shift("fed", at: Some.Time.AddMinutes(n))).ToArray();
        new Random(1).Shuffle(shifts);
        foreach (MoodShift shift in shifts)
        {
            _table.Add(shift);
        }

        Assert.Equal(
            Enumerable.Range(0, TrendTable.MaxShifts).Select(n => Some.Time.AddMinutes(49 - n)),
            _table.ReadShifts().Select(s => s.At));
    }
}
