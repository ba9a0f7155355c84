namespace Moodstream.Bench.Rounds;

/// <summary>Numbers of several rounds, summed up so that one disturbed round does not decide.</summary>
internal sealed class Spread
{
    private readonly double[] _sorted;

    /// <summary>Of one number or more.</summary>
    public Spread(IEnumerable<double> values)
    {
        _sorted = [.. values.Order()];
        if (_sorted.Length == 0)
        {
            throw new ArgumentException("no values to sum up", nameof(values));
        }
    }

    /// <summary>The middle one; of an even number the mean of the middle two.</summary>
    public double Median => Quantile(0.5);

    /// <summary>A quarter of the values are below.</summary>
    public double LowerQuartile => Quantile(0.25);

    /// <summary>A quarter of the values are above.</summary>
    public double UpperQuartile => Quantile(0.75);

    /// <summary>The smallest.</summary>
    public double Least => _sorted[0];

    /// <summary>The largest.</summary>
    public double Most => _sorted[^1];

    /// <summary>So large a share of the values is below; linear between neighbours (Hyndman and Fan 1996, type 7).</summary>
    public double Quantile(double share)
    {
        var position = share * (_sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, _sorted.Length - 1);
        return _sorted[below] + ((position - below) * (_sorted[above] - _sorted[below]));
    }
}
