namespace Moodstream.Dashboard.Board;

/// <summary>
/// Quantiles of durations over the last minute: one histogram per second with eight buckets per doubling, so a quantile
/// is off by at most 4.5 %, whatever the number of samples. Times never go back.
/// </summary>
internal sealed class LatencyWindow
{
    private const int Seconds = 60;
    private const int BucketsPerDoubling = 8;

    // 1 ms times 2^22 is over an hour; what is longer counts as that.
    private const int Buckets = (22 * BucketsPerDoubling) + 1;
    private const double SmallestSeconds = 0.001;

    private readonly int[,] _counts = new int[Seconds, Buckets];
    private long _newest;

    /// <summary>Counts one duration; a negative one (two clocks disagree) counts as none.</summary>
    public void Add(TimeSpan at, TimeSpan duration)
    {
        MoveTo(at);
        var doublings = Math.Log2(Math.Max(duration.TotalSeconds / SmallestSeconds, 1));
        var bucket = Math.Min((int)Math.Round(doublings * BucketsPerDoubling), Buckets - 1);
        _counts[_newest % Seconds, bucket]++;
    }

    /// <summary>Median and 95th percentile.</summary>
    /// <returns>Null when the last minute has no samples.</returns>
    public LatencyState? Read(TimeSpan now)
    {
        MoveTo(now);
        Span<long> merged = stackalloc long[Buckets];
        merged.Clear();
        var samples = 0L;
        for (var second = 0; second < Seconds; second++)
        {
            for (var bucket = 0; bucket < Buckets; bucket++)
            {
                merged[bucket] += _counts[second, bucket];
                samples += _counts[second, bucket];
            }
        }

        return samples == 0 ? null : new LatencyState(Quantile(merged, samples, 0.5), Quantile(merged, samples, 0.95));
    }

    private static double Quantile(ReadOnlySpan<long> counts, long samples, double quantile)
    {
        var rank = (long)Math.Ceiling(samples * quantile);
        var bucket = 0;
        for (var below = counts[0]; below < rank; below += counts[bucket])
        {
            bucket++;
        }

        return Math.Round(SmallestSeconds * Math.Pow(2, (double)bucket / BucketsPerDoubling), 4);
    }

    private void MoveTo(TimeSpan at)
    {
        var second = at.Ticks / TimeSpan.TicksPerSecond;
        for (var passed = Math.Max(_newest + 1, second - Seconds + 1); passed <= second; passed++)
        {
            for (var bucket = 0; bucket < Buckets; bucket++)
            {
                _counts[passed % Seconds, bucket] = 0;
            }
        }

        _newest = Math.Max(_newest, second);
    }
}
