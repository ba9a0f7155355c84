using System.Diagnostics.Metrics;

namespace Moodstream.Tests.Support;

/// <summary>Adds up the counters of one meter factory's meters, and reads their gauges.</summary>
public sealed class RecordedMetrics : IDisposable
{
    private readonly Lock _lock = new();
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, double> _counters = [];
    private readonly Dictionary<string, double> _gauges = [];
    private readonly List<(string Name, double Value, TaskCompletionSource Reached)> _waiting = [];

    /// <summary>Listens from here on.</summary>
    public RecordedMetrics(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == factory)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Sum of a counter, or what a gauge shows now; 0 when it was never set.</summary>
    /// <param name="name">Instrument, with its tags in order, as in <c>posts{reason=refused,app=a}</c>.</param>
    public double this[string name]
    {
        get
        {
            lock (_lock)
            {
                _gauges.Clear();
            }

            _listener.RecordObservableInstruments();
            lock (_lock)
            {
                return _counters.GetValueOrDefault(name) + _gauges.GetValueOrDefault(name);
            }
        }
    }

    /// <summary>Completes when a counter, or the sum of a histogram, is at least this.</summary>
    /// <param name="name">As for the indexer; no gauge.</param>
    /// <param name="value">Summed from where listening began.</param>
    public Task WhenAtLeast(string name, double value)
    {
        lock (_lock)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((name, value, reached));
            Signal();
            return reached.Task;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = string.Join(',', tags.ToArray().Select(t => $"{t.Key}={t.Value}"));
        var name = labels.Length > 0 ? $"{instrument.Name}{{{labels}}}" : instrument.Name;
        lock (_lock)
        {
            var sums = instrument.IsObservable ? _gauges : _counters;
            sums[name] = sums.GetValueOrDefault(name) + value;
            Signal();
        }
    }

    private void Signal() => _waiting.RemoveAll(
        w => _counters.GetValueOrDefault(w.Name) >= w.Value && w.Reached.TrySetResult());
}
