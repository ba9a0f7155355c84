using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Moodstream.ModelServer.Monitoring;

/// <summary>
/// A metric of the page: takes the measurements of an instrument, into one series for each set of labels.
/// </summary>
/// <remarks>Recording is lock-free, and allocates only for the first measurement of a series.</remarks>
internal sealed class Metric
{
    // Tags are closed sets far smaller; should one not be, the page must not grow with it.
    private const int MostSeries = 256;

    private readonly ConcurrentDictionary<SeriesKey, ISeries> _series = new();
    private readonly string _name;
    private readonly string _type;
    private readonly string _help;
    private readonly MetricLabels _labels;
    private readonly Func<ISeries> _create;

    /// <param name="name">As the page has it.</param>
    /// <param name="type">counter, gauge or histogram.</param>
    /// <param name="help">One line.</param>
    /// <param name="labels">What tells its series apart.</param>
    /// <param name="create">Makes an empty series.</param>
    public Metric(string name, string type, string help, MetricLabels labels, Func<ISeries> create)
    {
        _name = name;
        _type = type;
        _help = help;
        _labels = labels;
        _create = create;
        if (labels.IsSingle)
        {
            _series[default] = create();
        }
    }

    /// <summary>Takes a measurement.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_labels.TryGetKey(tags, out var key))
        {
            (_series.TryGetValue(key, out var series) ? series : Add(key))?.Record(value);
        }
    }

    /// <summary>Writes it to the page; nothing while it has no series.</summary>
    public void Write(StringBuilder page)
    {
        var series = _series.ToArray();
        if (series.Length == 0)
        {
            return;
        }

        page.Append(CultureInfo.InvariantCulture, $"# HELP {_name} {_help}\n# TYPE {_name} {_type}\n");
        foreach (var (labels, values) in series
            .Select(s => (_labels.Format(s.Key), s.Value)).OrderBy(s => s.Item1, StringComparer.Ordinal))
        {
            values.Write(page, _name, labels);
        }
    }

    private ISeries? Add(SeriesKey key) =>
        _series.Count < MostSeries ? _series.GetOrAdd(key, static (_, create) => create(), _create) : null;
}
