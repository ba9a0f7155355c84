using System.Diagnostics.Metrics;

namespace Moodstream.BuildingBlocks.InProcess.Actors;

/// <summary>
/// Instruments of actors, the same under the meter of each adapter. Tags are types and closed sets; actor ids are not
/// tags.
/// </summary>
internal sealed class ActorMetrics
{
    private readonly Meter _meter;
    private readonly Counter<long> _turns;
    private readonly Counter<long> _refused;
    private readonly Histogram<double> _duration;

    public ActorMetrics(IMeterFactory meters, string meterName)
    {
        _meter = meters.Create(meterName);
        _turns = _meter.CreateCounter<long>(
            "moodstream.actors.turns", "{turn}", "Turns of actors, by kind and result.");
        _refused = _meter.CreateCounter<long>(
            "moodstream.actors.unanswered", "{call}", "Calls of actors that ended without an answer, by failure.");
        _duration = _meter.CreateHistogram<double>(
            "moodstream.actors.turn.duration", "s", "Duration of a turn, its save included, waiting for it not.");
    }

    public void Turn(string type, TurnKind kind, bool succeeded, TimeSpan duration)
    {
        _turns.Add(1, new("type", type), new("kind", Name(kind)), new("result", succeeded ? "saved" : "discarded"));
        _duration.Record(duration.TotalSeconds, new("type", type), new("kind", Name(kind)));
    }

    public void Unanswered(string type, string failure) =>
        _refused.Add(1, new("type", type), new("failure", failure));

    public void Observe(Func<IEnumerable<(string Type, int Active)>> hosts) =>
        _meter.CreateObservableGauge(
            "moodstream.actors.active",
            () => hosts().Select(h => new Measurement<int>(h.Active, new KeyValuePair<string, object?>("type", h.Type))),
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

/// <summary>What a turn is for.</summary>
internal enum TurnKind
{
    Call,
    Reminder,
    Timer,
    Deactivate,
}
