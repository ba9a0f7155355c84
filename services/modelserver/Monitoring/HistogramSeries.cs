using System.Text;

namespace Moodstream.ModelServer.Monitoring;

/// <summary>Counts measurements by their size.</summary>
/// <param name="bounds">
/// Largest value of each bucket, ascending, in the unit of the page; larger ones have a bucket of their own.
/// </param>
/// <param name="scale">From the instrument's unit to that of the page.</param>
internal sealed class HistogramSeries(double[] bounds, double scale = 1) : ISeries
{
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _sum;

    public void Record(double value)
    {
        value *= scale;
        var bucket = Array.BinarySearch(bounds, value);
        Interlocked.Increment(ref _counts[bucket < 0 ? ~bucket : bucket]);
        for (var sum = Volatile.Read(ref _sum); ;)
        {
            var seen = Interlocked.CompareExchange(ref _sum, sum + value, sum);
            if (seen.Equals(sum))
            {
                return;
            }

            sum = seen;
        }
    }

    public void Write(StringBuilder page, string name, string labels)
    {
        var comma = labels.Length > 0 ? "," : "";
        long count = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            count += Interlocked.Read(ref _counts[i]);
            var bound = i < bounds.Length ? PageText.FormatBound(bounds[i]) : "+Inf";
            PageText.AppendSample(page, $"{name}_bucket", $"{labels}{comma}le=\"{bound}\"", count);
        }

        // The count is that of the buckets, whatever is recorded meanwhile.
        PageText.AppendSample(page, $"{name}_sum", labels, Volatile.Read(ref _sum));
        PageText.AppendSample(page, $"{name}_count", labels, count);
    }
}
