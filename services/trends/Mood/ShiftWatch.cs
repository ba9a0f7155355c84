using Moodstream.Contracts;

namespace Moodstream.Trends.Mood;

/// <summary>
/// Tests each window of 1 min, 5 min and 1 h once, when it has closed, against the ten windows before it. Windows of one
/// length do not overlap, so every post is in one test of each.
/// </summary>
/// <param name="minutes">Buckets of a minute.</param>
/// <param name="quarters">Buckets of a quarter of an hour.</param>
internal sealed class ShiftWatch(BucketRing minutes, BucketRing quarters)
{
    /// <summary>How long after its end a window is tested: posts on their way are still counted into it.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    private const int WindowsBefore = 10;

    // A turn may come late: what closed meanwhile is tested then, up to this many of each length.
    private const int MostMissed = 5;

    private static readonly (TimeSpan Length, int Buckets, bool OfMinutes)[] Tests =
    [
        (TimeSpan.FromMinutes(1), 1, true),
        (TimeSpan.FromMinutes(5), 5, true),
        (TimeSpan.FromHours(1), 4, false),
    ];

    /// <summary>Numbers of the newest windows tested, in the order of <see cref="Tests"/>.</summary>
    public long[] Tested { get; } = new long[Tests.Length];

    /// <summary>
    /// Start of the window in which the mood shifted last: what was before it is no longer compared with, so that one
    /// shift is told once.
    /// </summary>
    public DateTimeOffset ShiftedAt { get; set; } = DateTimeOffset.UnixEpoch;

    /// <summary>Tests the windows that have closed since the last call.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="now">The time.</param>
    /// <param name="significance">Largest probability of chance that is a shift.</param>
    /// <param name="size">Smallest difference that is a shift.</param>
    /// <param name="shifts">What was found.</param>
    /// <returns>Whether any window was tested.</returns>
    public bool Look(string topic, DateTimeOffset now, double significance, double size, out IReadOnlyList<MoodShift> shifts)
    {
        var found = new List<MoodShift>();
        var tested = false;
        for (var test = 0; test < Tests.Length; test++)
        {
            var closed = ((now - Settling).UtcTicks / Tests[test].Length.Ticks) - 1;
            if (closed <= Tested[test])
            {
                continue;
            }

            tested = true;
            for (var window = Math.Max(Tested[test] + 1, closed - MostMissed + 1); window <= closed; window++)
            {
                if (Find(topic, test, window, significance, size) is { } shift)
                {
                    found.Add(shift);
                }
            }

            Tested[test] = closed;
        }

        shifts = found;
        return tested;
    }

    private MoodShift? Find(string topic, int test, long closed, double significance, double size)
    {
        var (length, buckets, ofMinutes) = Tests[test];
        var ring = ofMinutes ? minutes : quarters;
        var first = closed * buckets;
        var window = ring.Sum(first, first + buckets - 1);
        var shifted = ring.NumberOf(ShiftedAt);
        Span<Tally> windowsBefore = stackalloc Tally[WindowsBefore];
        for (var n = 0; n < WindowsBefore; n++)
        {
            var start = first - ((n + 1) * buckets);
            windowsBefore[n] = ring.Sum(Math.Max(start, shifted), start + buckets - 1);
        }

        var before = ShiftTest.Sum(windowsBefore);
        var chance = ShiftTest.Significance(window, windowsBefore);
        if (chance > significance || Math.Abs(window.Mean - before.Mean) < size)
        {
            return null;
        }

        ShiftedAt = ring.StartOf(first);
        return new MoodShift
        {
            Topic = topic,
            From = Math.Round(before.Mean, 4),
            To = Math.Round(window.Mean, 4),
            Window = length,
            Posts = window.Posts,
            Significance = chance,
            At = ring.StartOf(first + buckets),
        };
    }
}
