using System.Diagnostics.Metrics;

namespace Moodstream.Rpc.Tests.Support;

/// <summary>The connections a server holds, by its own count.</summary>
internal sealed class ActiveConnections : IDisposable
{
    private readonly Lock _lock = new();
    private readonly MeterListener _listener = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _active;
    private long _opened;
    private long _awaited = long.MaxValue;

    public ActiveConnections(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == factory && instrument.Name == "kestrel.active_connections")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, change, _, _) => Record(change));
        _listener.Start();
    }

    /// <summary>Completes when so many connections were opened and none is left.</summary>
    public Task WhenDrained(long opened)
    {
        lock (_lock)
        {
            _awaited = opened;
        }

        Record(0);
        return _drained.Task;
    }

    public void Dispose() => _listener.Dispose();

    private void Record(long change)
    {
        lock (_lock)
        {
            _active += change;
            _opened += Math.Max(change, 0);
            if (_active == 0 && _opened >= _awaited)
            {
                _drained.TrySetResult();
            }
        }
    }
}
