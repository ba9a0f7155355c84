using System.Diagnostics.Metrics;

namespace Moodstream.Relay;

/// <summary>The relay's instruments, on meter <c>Moodstream.Relay</c>.</summary>
internal sealed class RelayMetrics
{
    public const string MeterName = "Moodstream.Relay";

    private readonly Counter<long> _published;
    private readonly Counter<long> _repeats;
    private readonly Counter<long> _unreadable;
    private readonly Counter<long> _failures;
    private long _receivers;

    public RelayMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _published = meter.CreateCounter<long>(
            "moodstream.relay.published", "{post}", "Posts published to the channel");
        _repeats = meter.CreateCounter<long>(
            "moodstream.relay.repeats", "{event}", "Events dropped because their post was published");
        _unreadable = meter.CreateCounter<long>(
            "moodstream.relay.unreadable", "{event}", "Events that are no scored post");
        _failures = meter.CreateCounter<long>(
            "moodstream.relay.failures", "{call}", "Calls of Redis that failed, whose posts are delivered again");
        meter.CreateObservableGauge(
            "moodstream.relay.receivers", () => Volatile.Read(ref _receivers), "{client}",
            "Clients that received the newest post");
    }

    public void Published(int posts, long receivers)
    {
        _published.Add(posts);
        Volatile.Write(ref _receivers, receivers);
    }

    public void Repeats(int events) => _repeats.Add(events);

    public void Unreadable(int events) => _unreadable.Add(events);

    public void Failed() => _failures.Add(1);
}
