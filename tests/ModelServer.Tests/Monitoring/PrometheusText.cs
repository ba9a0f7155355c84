using System.Globalization;
using System.Text.RegularExpressions;

namespace Moodstream.ModelServer.Tests.Monitoring;

/// <summary>
/// A page in the text format of Prometheus, read as strictly as the format is written down: every sample below the HELP
/// and TYPE of its metric, no series twice, histograms cumulative and complete.
/// </summary>
internal sealed partial class PrometheusText
{
    private readonly Dictionary<string, double> _samples = [];
    private readonly Dictionary<string, string> _types = [];
    private readonly Dictionary<string, List<(double Bound, double Count)>> _buckets = [];

    private PrometheusText()
    {
    }

    /// <summary>A sample; null when there is none.</summary>
    /// <param name="series">Such as <c>requests_total{method=Predict,status=OK}</c>: labels in the order of the page, unquoted.</param>
    public double? this[string series] => _samples.TryGetValue(series, out var value) ? value : null;

    /// <summary>All series.</summary>
    public IReadOnlyCollection<string> Series => _samples.Keys;

    /// <summary>Type by name of the metric.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>Bounds of a histogram's buckets, without the last, which has none.</summary>
    public IEnumerable<double> BoundsOf(string histogram) => _buckets[histogram].SkipLast(1).Select(b => b.Bound);

    public static PrometheusText Parse(string page)
    {
        Assert.EndsWith("\n", page, StringComparison.Ordinal);
        var text = new PrometheusText();
        string? help = null;
        string? metric = null;
        foreach (var line in page[..^1].Split('\n'))
        {
            if (HelpLine().Match(line) is { Success: true } helpLine)
            {
                help = helpLine.Groups[1].Value;
                metric = null;
            }
            else if (TypeLine().Match(line) is { Success: true } typeLine)
            {
                metric = typeLine.Groups[1].Value;
                Assert.Equal(help, metric);
                Assert.True(text._types.TryAdd(metric, typeLine.Groups[2].Value), $"{metric} is there twice");
            }
            else
            {
                Assert.True(metric is not null, $"a sample before its TYPE: {line}");
                text.AddSample(line, metric);
            }
        }

        text.RequireWholeHistograms();
        return text;
    }

    private void AddSample(string line, string metric)
    {
        var sample = SampleLine().Match(line);
        Assert.True(sample.Success, $"not a sample: {line}");
        var name = sample.Groups["name"].Value;
        var labels = sample.Groups["label"].Captures.Zip(sample.Groups["value"].Captures, (l, v) => (l.Value, Unescape(v.Value))).ToList();
        var value = double.Parse(sample.Groups["sample"].Value, CultureInfo.InvariantCulture);
        Assert.Equal(labels.Count, labels.DistinctBy(l => l.Item1).Count());
        Assert.True(_samples.TryAdd(NameOf(name, labels), value), $"a series twice: {line}");

        if (_types[metric] != "histogram")
        {
            Assert.Equal(metric, name);
            return;
        }

        Assert.Contains(name, new[] { $"{metric}_bucket", $"{metric}_sum", $"{metric}_count" });
        if (name == $"{metric}_bucket")
        {
            var (label, bound) = labels[^1];
            Assert.Equal("le", label);
            var series = NameOf(metric, labels[..^1]);
            _buckets.TryAdd(series, []);
            _buckets[series].Add((
                bound == "+Inf" ? double.PositiveInfinity : double.Parse(bound, CultureInfo.InvariantCulture), value));
        }
    }

    private void RequireWholeHistograms()
    {
        foreach (var (series, buckets) in _buckets)
        {
            Assert.Equal(buckets.Select(b => b.Bound).Order().Distinct(), buckets.Select(b => b.Bound));
            Assert.Equal(buckets.Select(b => b.Count).Order(), buckets.Select(b => b.Count));
            Assert.Equal(double.PositiveInfinity, buckets[^1].Bound);
            var brace = series.IndexOf('{', StringComparison.Ordinal);
            var (name, labels) = brace < 0 ? (series, "") : (series[..brace], series[brace..]);
            Assert.Equal(this[$"{name}_count{labels}"], buckets[^1].Count);
            Assert.NotNull(this[$"{name}_sum{labels}"]);
        }
    }

    private static string NameOf(string name, List<(string Label, string Value)> labels) =>
        labels.Count == 0 ? name : $"{name}{{{string.Join(',', labels.Select(l => $"{l.Label}={l.Value}"))}}}";

    private static string Unescape(string value) => Escape().Replace(value, m => m.Value == "\\n" ? "\n" : m.Value[1..]);

    [GeneratedRegex("^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) .+$")]
    private static partial Regex HelpLine();

    [GeneratedRegex("^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{((?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>([^"\\\n]|\\[\\"n])*)",?)+(?<!,)\})? (?<sample>-?[0-9.]+(e[+-][0-9]+)?)$""",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex SampleLine();

    [GeneratedRegex(@"\\.")]
    private static partial Regex Escape();
}
