using Moodstream.Contracts;
using Moodstream.Trends.Mood;
using Xunit.Abstractions;

namespace Moodstream.Trends.Tests.Mood;

/// <summary>Shifts as a topic finds them, minute by minute.</summary>
public sealed class ShiftWatchTests(ITestOutputHelper output)
{
    private const double Significance = 1e-4;
    private const double Size = 0.1;

    private readonly TopicMoodState _state = new("coffee");
    private readonly Random _random = new(3);
    private DateTimeOffset _now = Some.Noon;
    private int _posts;

    [Theory]
    [InlineData("mixed", 40)]
    [InlineData("skewed", 40)]
    [InlineData("even", 40)]
    [InlineData("narrow", 40)]
    public void Look_TwoDaysWithoutAShift_RaisesNoAlarm(string stream, int postsPerMinute)
    {
        var alarms = Run(TimeSpan.FromDays(2), postsPerMinute, Streams.ByName[stream]);

        output.WriteLine($"{stream}: {alarms.Count} alarms in 2 days, at most {2 * 1752 * Significance:F2} stated");
        Assert.Empty(alarms);
    }

    // Posts that repeat one another are not independent: the statement does not cover them. What happens is on record.
    [Fact]
    public void Look_BurstsOfTheSameScore_IsMeasured()
    {
        var (left, score) = (0, 0f);
        var alarms = Run(TimeSpan.FromDays(2), 100, random =>
        {
            if (left-- == 0)
            {
                (left, score) = (4, Streams.ByName["mixed"](random));
            }

            return score;
        });

        output.WriteLine($"bursts of five: {alarms.Count} alarms in 2 days");
        Assert.InRange(alarms.Count, 0, 40);
    }

    [Fact]
    public void Look_MoodShifts_IsToldOnce()
    {
        Assert.Empty(Run(TimeSpan.FromHours(3), 60, r => Clamped(Streams.ByName["mixed"](r) - 0.3f)));

        var shifts = Run(TimeSpan.FromHours(3), 60, r => Clamped(Streams.ByName["mixed"](r) + 0.5f));

        var shift = Assert.Single(shifts);
        Assert.Equal("coffee", shift.Topic);
        Assert.InRange(shift.From, -0.35, -0.15);
        Assert.InRange(shift.To, 0.2, 0.6);
        Assert.InRange(shift.Significance, 0, Significance);
        Assert.InRange(shift.At - Some.Noon.AddHours(3), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void Look_MoodShiftsBack_IsToldAgain()
    {
        Run(TimeSpan.FromHours(2), 60, _ => -0.5f);
        Assert.Single(Run(TimeSpan.FromHours(2), 60, _ => 0.5f));

        Assert.Single(Run(TimeSpan.FromHours(2), 60, _ => -0.5f));
    }

    [Fact]
    public void Look_SignificantButSmall_IsNoShift()
    {
        Run(TimeSpan.FromHours(1), 500, r => Streams.ByName["narrow"](r));

        Assert.Empty(Run(TimeSpan.FromHours(1), 500, r => Streams.ByName["narrow"](r) + 0.09f));
    }

    [Fact]
    public void Look_TwiceAtATime_TestsOnce()
    {
        Run(TimeSpan.FromHours(1), 60, _ => -0.5f);

        Assert.False(_state.Shifts.Look("coffee", _now, Significance, Size, out var shifts));
        Assert.Empty(shifts);
    }

    [Fact]
    public void Look_StateWrittenAndReadBetweenAll_FindsTheSame()
    {
        var other = new TopicMoodState("coffee");
        var found = new List<MoodShift>();
        var expected = new List<MoodShift>();
        for (var minute = 0; minute < 180; minute++)
        {
            _now = _now.AddMinutes(1);
            MoodEntry[] posts = [.. Enumerable.Range(0, 50).Select(n => Some.Entry(
                $"{_posts++}", _now.AddSeconds(-n), minute < 90 ? -0.5f : 0.5f))];
            _state.Add(posts, _now);
            _state.Shifts.Look("coffee", _now, Significance, Size, out var shifts);
            expected.AddRange(shifts);

            other = TopicMoodFormat.Read(TopicMoodFormat.Write(other));
            other.Add(posts, _now);
            other.Shifts.Look("coffee", _now, Significance, Size, out shifts);
            found.AddRange(shifts);
        }

        Assert.Single(expected);
        Assert.Equal(expected, found);
    }

    private static float Clamped(float score) => Math.Clamp(score, -1, 1);

    private List<MoodShift> Run(TimeSpan duration, int postsPerMinute, Func<Random, float> score)
    {
        var found = new List<MoodShift>();
        for (var end = _now + duration; _now < end;)
        {
            _now = _now.AddSeconds(30);
            _state.Add(
                Enumerable.Range(0, postsPerMinute / 2)
                    .Select(_ => Some.Entry($"{_posts++}", _now.AddSeconds(-_random.Next(30)), score(_random))),
                _now);
            _state.Shifts.Look("coffee", _now, Significance, Size, out var shifts);
            found.AddRange(shifts);
        }

        return found;
    }
}
