using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Options;

namespace Moodstream.ModelServer.Monitoring;

/// <summary>
/// The metrics of this host, for Prometheus to read: listens to the instruments of <see cref="ModelServerMetrics"/>
/// from when it is made, and adds up what they measure.
/// </summary>
internal sealed class PrometheusPage : IDisposable
{
    // Guards the gauges between their being observed and being written.
    private readonly Lock _rendering = new();
    private readonly IReadOnlyList<(string Instrument, Metric Metric)> _metrics;
    private readonly IMeterFactory _meters;
    private readonly MeterListener _listener = new();

    public PrometheusPage(IMeterFactory meters, IOptions<ModelServerOptions> options)
    {
        _meters = meters;
        _metrics = PageMetrics.For(options.Value.ModelName, options.Value.ModelBase);
        _listener.InstrumentPublished = Enable;
        _listener.SetMeasurementEventCallback<int>((_, value, tags, metrics) => Record(value, tags, metrics));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, metrics) => Record(value, tags, metrics));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, metrics) => Record(value, tags, metrics));
        _listener.Start();
    }

    /// <summary>The page as it is now.</summary>
    public string Render()
    {
        var page = new StringBuilder();
        lock (_rendering)
        {
            _listener.RecordObservableInstruments();
            foreach (var (_, metric) in _metrics)
            {
                metric.Write(page);
            }
        }

        page.Append("# HELP process_resident_memory_bytes Resident memory size in bytes.\n");
        page.Append("# TYPE process_resident_memory_bytes gauge\n");
        PageText.AppendSample(page, "process_resident_memory_bytes", labels: "", Environment.WorkingSet);
        return page.ToString();
    }

    public void Dispose() => _listener.Dispose();

    // Another host in the process has meters of the same name, but from another factory.
    private void Enable(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name == ModelServerMetrics.MeterName && instrument.Meter.Scope == _meters)
        {
            listener.EnableMeasurementEvents(
                instrument, _metrics.Where(m => m.Instrument == instrument.Name).Select(m => m.Metric).ToArray());
        }
    }

    private static void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? metrics)
    {
        foreach (var metric in (Metric[])metrics!) // given when the instrument was enabled
        {
            metric.Record(value, tags);
        }
    }
}
