using System.Diagnostics.Metrics;

namespace Moodstream.ModelServer.Tests.Support;

/// <summary>Holds up whoever records on an instrument, at that very place.</summary>
internal sealed class MeterGate : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _open = new();

    private MeterGate(ModelServerHost server, string name)
    {
        var meters = server.Meters; // Instruments of other tests' servers come as well, when this one is gone already.
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Name == name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, _, _, _) => HoldUp());
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) => HoldUp());
        _listener.Start();
    }

    /// <summary>Somebody is held up.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Before a version that is loaded and tested is taken into service.</summary>
    public static MeterGate AfterLoad(ModelServerHost server) => new(server, ModelServerMetrics.Loads);

    /// <summary>Before the first batch of a request is computed; what comes meanwhile waits in the queue.</summary>
    public static MeterGate BeforeBatch(ModelServerHost server) => new(server, ModelServerMetrics.QueueDuration);

    public void Open() => _open.Set();

    public void Dispose()
    {
        Open();
        _listener.Dispose();
    }

    private void HoldUp()
    {
        _reached.TrySetResult();
        _open.Wait();
    }
}
