using Moodstream.Contracts;

namespace Moodstream.Dashboard.Board;

/// <summary>Mood per topic: the first topics seen by name, all later ones together.</summary>
internal sealed class TopicTable(int maxTopics)
{
    private readonly Dictionary<string, MoodTally> _topics = new(StringComparer.OrdinalIgnoreCase);
    private readonly MoodTally _other = new();

    public void Add(IEnumerable<string> topics, Sentiment sentiment)
    {
        var others = false;
        foreach (var topic in topics)
        {
            if (!_topics.TryGetValue(topic, out var tally))
            {
                if (_topics.Count == maxTopics)
                {
                    others = true;
                    continue;
                }

                tally = _topics[topic] = new MoodTally();
            }

            tally.Add(sentiment);
        }

        // Once a post, whatever the number of its topics that have no row: the row counts posts.
        if (others)
        {
            _other.Add(sentiment);
        }
    }

    /// <summary>Most posts first; topics of equally many by name, so that rows do not jump about.</summary>
    public IReadOnlyList<TopicState> Read() =>
    [
        .. _topics.Select(t => new TopicState(t.Key, t.Value.Read()))
            .OrderByDescending(t => t.Mood.Posts).ThenBy(t => t.Topic, StringComparer.Ordinal),
    ];

    /// <summary>Posts on topics beyond the bound; null when there are none.</summary>
    public MoodState? ReadOther() => _other.Posts == 0 ? null : _other.Read();
}
