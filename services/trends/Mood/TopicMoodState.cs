using Moodstream.Contracts;

namespace Moodstream.Trends.Mood;

/// <summary>
/// All that is kept of one topic: counts over rolling windows and which posts they hold, in constant memory. Pure: what
/// it becomes depends on what it was and on its arguments alone; time is an argument. Posts count by when they entered,
/// so a late one falls where it belongs.
/// </summary>
internal sealed class TopicMoodState
{
    /// <summary>The windows, with the ring each is read off and how many of its buckets it takes.</summary>
    public static readonly IReadOnlyList<(TimeSpan Window, int Ring, int Buckets)> Windows =
    [
        (TimeSpan.FromMinutes(1), 0, 12),
        (TimeSpan.FromMinutes(5), 1, 30),
        (TimeSpan.FromHours(1), 2, 60),
        (TimeSpan.FromHours(24), 3, 96),
    ];

    /// <summary>A topic without posts.</summary>
    /// <param name="topic">The topic as first spelt.</param>
    public TopicMoodState(string topic)
    {
        Topic = topic;
        Shifts = new ShiftWatch(Rings[2], Rings[3]);
    }

    /// <summary>The topic as first spelt.</summary>
    public string Topic { get; }

    /// <summary>All posts ever.</summary>
    public long Total { get; set; }

    public SeenPosts Seen { get; } = new();

    /// <summary>Of 5 s, 10 s, 1 min and 15 min: the newest bucket is part of its window from its first post on.</summary>
    public IReadOnlyList<BucketRing> Rings { get; } =
    [
        new(TimeSpan.FromSeconds(5), 12),
        new(TimeSpan.FromSeconds(10), 30),
        new(TimeSpan.FromMinutes(1), 60),
        new(TimeSpan.FromMinutes(15), 96),
    ];

    /// <summary>Which windows were tested for shifts.</summary>
    public ShiftWatch Shifts { get; }

    /// <summary>Whether every window is empty.</summary>
    public bool IsQuiet => Rings[^1].Last(Rings[^1].Count).Posts == 0;

    /// <summary>Counts posts, those left out that are known.</summary>
    /// <returns>How many were new.</returns>
    public int Add(IEnumerable<MoodEntry> posts, DateTimeOffset now)
    {
        RollTo(now);
        var added = 0;
        foreach (var post in posts)
        {
            if (!Seen.TryAdd(post.Source, post.Id))
            {
                continue;
            }

            added++;
            Total++;
            var tally = Tally.Of(post.Label, post.Score);
            foreach (var ring in Rings)
            {
                ring.Add(post.At, tally);
            }
        }

        return added;
    }

    /// <summary>Moves the windows on to a time.</summary>
    public void RollTo(DateTimeOffset now)
    {
        foreach (var ring in Rings)
        {
            ring.RollTo(now);
        }
    }

    /// <summary>The windows that end now.</summary>
    public MoodWindows Read(DateTimeOffset now)
    {
        RollTo(now);
        return new MoodWindows
        {
            Topic = Topic,
            Total = Total,
            Windows = [.. Windows.Select(w => Mood(w.Window, Rings[w.Ring].Last(w.Buckets)))],
            At = now,
        };
    }

    private static WindowMood Mood(TimeSpan window, Tally tally) => new(
        window, tally.Posts, tally.Negative, tally.Neutral, tally.Positive, Math.Round(tally.Mean, 4));
}
