using System.Diagnostics;
using Moodstream.Bench.Rounds;

namespace Moodstream.Bench.Pipeline;

/// <summary>Resident memory of a process while posts pass through it.</summary>
internal sealed class MemoryLog
{
    private const int Parts = 10;

    /// <summary>Growth that still counts as none: by the second fifth everything is warm.</summary>
    public const double FlatWithin = 0.1;

    /// <summary>
    /// Posts from which that is true: the page's ring and the memories of repeats are full after some 12,000, which
    /// have to be well inside the first fifth.
    /// </summary>
    public const int LeastPosts = 100_000;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    private readonly List<(int Posts, double MiB)> _samples = [];

    /// <summary>The largest sample.</summary>
    public double MostMiB => _samples.Max(s => s.MiB);

    /// <summary>Takes samples until cancelled or the process ends.</summary>
    /// <param name="process">The process.</param>
    /// <param name="posts">Posts through it so far.</param>
    /// <param name="clock">Waits between samples.</param>
    /// <param name="cancellationToken">Ends the log.</param>
    public async Task WriteAsync(
        Process process, Func<int> posts, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            do
            {
                process.Refresh();
                if (process.HasExited)
                {
                    return;
                }

                Add(posts(), process.WorkingSet64 / (1024.0 * 1024));
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The measurement is over.
        }
    }

    /// <summary>Adds a sample.</summary>
    public void Add(int posts, double mib) => _samples.Add((posts, mib));

    /// <summary>The median of each tenth of the way; null where no sample fell into it.</summary>
    public IReadOnlyList<double?> Tenths(int total) =>
        [.. Enumerable.Range(0, Parts).Select(part => Median(total, part, part + 1))];

    /// <summary>The last fifth over the second, −1; null where there are too few samples to say.</summary>
    public double? Growth(int total) => Median(total, 8, Parts) / Median(total, 2, 4) - 1;

    /// <summary>Whether memory stayed where it was; null where there are too few samples or posts to say.</summary>
    public bool? IsFlat(int total) =>
        total >= LeastPosts && Growth(total) is { } growth ? growth <= FlatWithin : null;

    private double? Median(int total, int from, int to)
    {
        var inside = _samples
            .Where(s => s.Posts > 0)
            .Where(s => s.Posts >= total * (double)from / Parts && s.Posts <= total * (double)to / Parts)
            .Select(s => s.MiB).ToArray();
        return inside.Length == 0 ? null : new Spread(inside).Median;
    }
}
