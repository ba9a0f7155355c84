using System.Diagnostics.Metrics;
using Moodstream.BuildingBlocks.InProcess.Actors;

namespace Moodstream.Sidecar.Actors;

/// <summary>
/// Instruments of actors over the sidecar, named as those of the in-process adapter. Tags are types and closed sets;
/// actor ids are not tags.
/// </summary>
internal sealed class SidecarActorMetrics
{
    private readonly Meter _meter;
    private readonly Counter<long> _turns;
    private readonly Counter<long> _unanswered;
    private readonly Histogram<double> _duration;

    public SidecarActorMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(SidecarMetrics.MeterName);
        _turns = _meter.CreateCounter<long>(
            "moodstream.actors.turns", "{turn}", "Turns of actors, by kind and result.");
        _unanswered = _meter.CreateCounter<long>(
            "moodstream.actors.unanswered", "{call}", "Calls of actors that ended without an answer, by failure.");
        _duration = _meter.CreateHistogram<double>(
            "moodstream.actors.turn.duration", "s", "Duration of a turn, its save included, waiting for it not.");
    }

    public void Turn(string type, TurnKind kind, bool isSaved, TimeSpan duration)
    {
        _turns.Add(1, new("type", type), new("kind", Name(kind)), new("result", isSaved ? "saved" : "discarded"));
        _duration.Record(duration.TotalSeconds, new("type", type), new("kind", Name(kind)));
    }

    public void Unanswered(string type, string failure) =>
        _unanswered.Add(1, new("type", type), new("failure", failure));

    public void Observe(IReadOnlyCollection<ActorTypeHost> hosts) => _meter.CreateObservableGauge(
        "moodstream.actors.active",
        () => hosts.Select(h => new Measurement<int>(h.Active, new KeyValuePair<string, object?>("type", h.Type))),
        "{actor}",
        "Actors that are active.");

    private static string Name(TurnKind kind) => kind switch
    {
        TurnKind.Call => "call",
        TurnKind.Reminder => "reminder",
        TurnKind.Timer => "timer",
        _ => "deactivate",
    };
}
