using System.Diagnostics.Metrics;
using Moodstream.Contracts;

namespace Moodstream.Dashboard;

/// <summary>The dashboard's instruments, on meter <c>Moodstream.Dashboard</c>. Tags come from closed sets.</summary>
internal sealed class DashboardMetrics
{
    public const string MeterName = "Moodstream.Dashboard";

    private readonly Counter<long> _posts;
    private readonly Counter<long> _repeats;
    private readonly Counter<long> _unreadable;
    private readonly Counter<long> _gaps;
    private readonly Counter<long> _refused;
    private readonly UpDownCounter<long> _clients;
    private readonly Histogram<double> _delay;

    public DashboardMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _posts = meter.CreateCounter<long>(
            "moodstream.dashboard.posts", "{post}", "Scored posts taken in, repeats left out");
        _repeats = meter.CreateCounter<long>(
            "moodstream.dashboard.repeats", "{event}", "Events dropped because their post was known");
        _unreadable = meter.CreateCounter<long>(
            "moodstream.dashboard.unreadable", "{event}", "Events that are not what their topic carries");
        _gaps = meter.CreateCounter<long>(
            "moodstream.dashboard.client.gaps", "{gap}", "Times a client missed entries that were no longer kept");
        _refused = meter.CreateCounter<long>(
            "moodstream.dashboard.client.refused", "{client}", "Streams refused because the limit was reached");
        _clients = meter.CreateUpDownCounter<long>(
            "moodstream.dashboard.clients", "{client}", "Open event streams");
        _delay = meter.CreateHistogram(
            "moodstream.dashboard.delay", "s", "From scored to taken in here",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
            });
    }

    public void Scored(SentimentLabel label, TimeSpan delay)
    {
        _posts.Add(1, new KeyValuePair<string, object?>("label", LabelTags[(int)label]));
        _delay.Record(Math.Max(0, delay.TotalSeconds));
    }

    public void Repeat() => _repeats.Add(1);

    public void Unreadable(string topic, int events) =>
        _unreadable.Add(events, new KeyValuePair<string, object?>("topic", topic));

    public void Gap() => _gaps.Add(1);

    public void ClientRefused() => _refused.Add(1);

    public void ClientConnected() => _clients.Add(1);

    public void ClientLeft() => _clients.Add(-1);

    // By the label's number: a tag costs no text to make.
    private static readonly string[] LabelTags = ["negative", "neutral", "positive"];
}
