using System.Globalization;
using System.Text;

namespace Moodstream.Bench.Posts;

/// <summary>How long posts are in token ids, [CLS] and [SEP] included.</summary>
internal sealed class TokenHistogram
{
    private const int BinWidth = 8;
    private const int BarWidth = 40;

    private readonly int[] _sorted;

    /// <summary>Of one length or more.</summary>
    public TokenHistogram(IEnumerable<int> lengths)
    {
        _sorted = [.. lengths.Order()];
        if (_sorted.Length == 0)
        {
            throw new ArgumentException("no lengths to count", nameof(lengths));
        }
    }

    /// <summary>Ids of all posts together.</summary>
    public long Total => _sorted.Sum(l => (long)l);

    /// <summary>Ids of a post in the mean.</summary>
    public double Mean => (double)Total / _sorted.Length;

    /// <summary>Ids of the longest post.</summary>
    public int Longest => _sorted[^1];

    /// <summary>The length that a share of the posts does not exceed.</summary>
    public int Percentile(double share) =>
        _sorted[Math.Clamp((int)Math.Ceiling(share * _sorted.Length) - 1, 0, _sorted.Length - 1)];

    /// <summary>The figures in a line.</summary>
    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"mean {Mean:F1}, p50 {Percentile(0.5)}, p95 {Percentile(0.95)}, p99 {Percentile(0.99)}, max {Longest}");

    /// <summary>One line a bin, with a bar.</summary>
    public override string ToString()
    {
        var bins = _sorted.GroupBy(l => l / BinWidth).ToDictionary(g => g.Key, g => g.Count());
        var most = bins.Values.Max();
        var text = new StringBuilder();
        for (var bin = _sorted[0] / BinWidth; bin <= Longest / BinWidth; bin++)
        {
            var count = bins.GetValueOrDefault(bin);
            var bar = new string('#', ((count * BarWidth) + most - 1) / most);
            var from = bin * BinWidth;
            text.Append($"{from,3}-{from + BinWidth - 1,-3} {count,6} {bar}".TrimEnd()).Append('\n');
        }

        return text.ToString();
    }
}
