using System.Diagnostics.Metrics;

namespace Moodstream.Trends;

/// <summary>The instruments of trends, on meter <c>Moodstream.Trends</c>. Topics are not tags: they come from outside.</summary>
internal sealed class TrendsMetrics
{
    public const string MeterName = "Moodstream.Trends";

    private readonly Counter<long> _posts;
    private readonly Counter<long> _repeats;
    private readonly Counter<long> _unreadable;
    private readonly Counter<long> _leftOut;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _unpublished;
    private readonly Counter<long> _shifts;
    private readonly Counter<long> _damaged;

    public TrendsMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _posts = meter.CreateCounter<long>(
            "moodstream.trends.posts", "{post}", "Posts counted, once per topic");
        _repeats = meter.CreateCounter<long>(
            "moodstream.trends.repeats", "{post}", "Posts left out because their topic had counted them");
        _unreadable = meter.CreateCounter<long>(
            "moodstream.trends.unreadable", "{event}", "Events that are no scored post");
        _leftOut = meter.CreateCounter<long>(
            "moodstream.trends.topics.left_out", "{post}", "Posts not counted on a topic that is too long or one too many");
        _failures = meter.CreateCounter<long>(
            "moodstream.trends.failures", "{call}", "Calls of topics that failed, whose posts are delivered again");
        _unpublished = meter.CreateCounter<long>(
            "moodstream.trends.unpublished", "{event}", "Windows that the broker did not take; newer ones follow");
        _shifts = meter.CreateCounter<long>("moodstream.trends.shifts", "{shift}", "Shifts of a topic's mood published");
        _damaged = meter.CreateCounter<long>(
            "moodstream.trends.damaged", "{topic}", "Topics that count anew because what they held was damaged");
    }

    public void Counted(int posts, int repeats)
    {
        _posts.Add(posts);
        _repeats.Add(repeats);
    }

    public void Unreadable(int events) => _unreadable.Add(events);

    public void LeftOut() => _leftOut.Add(1);

    public void Failed(int calls) => _failures.Add(calls);

    public void Shifted() => _shifts.Add(1);

    public void Damaged() => _damaged.Add(1);

    public void Unpublished() => _unpublished.Add(1);
}
