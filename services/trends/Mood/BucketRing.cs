namespace Moodstream.Trends.Mood;

/// <summary>
/// Tallies of the newest spans of time, a bucket each, in constant memory. A bucket is known by its number: whole widths
/// since 1970. What is older than the oldest bucket is not kept.
/// </summary>
/// <param name="width">Time that a bucket holds.</param>
/// <param name="buckets">How many are kept, the one that is being filled included.</param>
internal sealed class BucketRing(TimeSpan width, int buckets)
{
    private readonly Tally[] _tallies = new Tally[buckets];

    public TimeSpan Width => width;

    public int Count => buckets;

    /// <summary>Number of the newest bucket.</summary>
    public long Newest { get; private set; }

    /// <summary>Number of the bucket that a time falls into.</summary>
    public long NumberOf(DateTimeOffset time) => time.UtcTicks / width.Ticks;

    /// <summary>When a bucket begins.</summary>
    public DateTimeOffset StartOf(long number) => new(number * width.Ticks, TimeSpan.Zero);

    /// <summary>Moves on to a time, dropping what becomes too old. Time never goes back.</summary>
    public void RollTo(DateTimeOffset now)
    {
        var number = NumberOf(now);
        for (var fresh = Math.Max(Newest + 1, number - buckets + 1); fresh <= number; fresh++)
        {
            _tallies[fresh % buckets] = default;
        }

        Newest = Math.Max(Newest, number);
    }

    /// <summary>Counts posts at a time up to that of the last roll; ones too old are left out.</summary>
    public void Add(DateTimeOffset time, Tally posts)
    {
        var number = Math.Min(NumberOf(time), Newest);
        if (number > Newest - buckets)
        {
            _tallies[number % buckets] += posts;
        }
    }

    /// <summary>Sum of the newest buckets.</summary>
    public Tally Last(int count) => Sum(Newest - count + 1, Newest);

    /// <summary>Sum of the buckets from one number to another, both included; ones that are not kept are empty.</summary>
    public Tally Sum(long first, long last)
    {
        var sum = default(Tally);
        for (var number = Math.Max(Math.Max(first, 0), Newest - buckets + 1); number <= Math.Min(last, Newest); number++)
        {
            sum += _tallies[number % buckets];
        }

        return sum;
    }

    /// <summary>Restores what <see cref="Sum"/> of each single bucket gave.</summary>
    public void Restore(long newest, IEnumerable<(long Number, Tally Posts)> tallies)
    {
        Newest = newest >= 0 ? newest : throw new InvalidDataException($"a bucket's number is 0 or more, not {newest}");
        Array.Clear(_tallies);
        foreach (var (number, posts) in tallies)
        {
            if (number >= 0 && number <= newest && number > newest - buckets)
            {
                _tallies[number % buckets] = posts;
            }
        }
    }
}
