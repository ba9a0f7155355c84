using System.Diagnostics.Metrics;

namespace Moodstream.ModelServer.Tests.Versions;

/// <summary>Holds loads up where the version is in memory, and not yet in service.</summary>
internal sealed class LoadGate : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _open = new();

    public LoadGate(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Name == ModelServerMetrics.Loads)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, _, _, _) =>
        {
            _reached.TrySetResult();
            _open.Wait();
        });
        _listener.Start();
    }

    /// <summary>A load is held up.</summary>
    public Task Reached => _reached.Task;

    public void Open() => _open.Set();

    public void Dispose()
    {
        Open();
        _listener.Dispose();
    }
}
