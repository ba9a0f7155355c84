using System.Text.Json;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;

namespace Moodstream.Dashboard.Board;

/// <summary>
/// What the page shows, in bounded memory: the counts and the newest posts. Idempotent by post id. Safe for concurrent
/// use: the topics' handlers write, the event streams read.
/// </summary>
internal sealed class MoodBoard
{
    private readonly TimeProvider _clock;
    private readonly DashboardMetrics _metrics;
    private readonly long _startedAt;
    private readonly int _maxTextChars;

    // Guards everything below.
    private readonly Lock _lock = new();
    private readonly PostRing _ring;
    private readonly SourceFilters _seen;
    private readonly SourceFilters _deleted;
    private readonly RepeatFilter _seenRejected;
    private readonly SourceTable _sources = new();
    private readonly TopicTable _topics;
    private readonly TrendTable _trends;
    private readonly MoodTally _mood = new();
    private readonly RateWindow _rate = new();
    private readonly LatencyWindow _scoring = new();
    private readonly long[] _rejected = new long[3];
    private long _repeats;
    private ModelVersion? _model;

    public MoodBoard(IOptions<DashboardOptions> options, TimeProvider clock, DashboardMetrics metrics)
    {
        var value = options.Value;
        _clock = clock;
        _metrics = metrics;
        _startedAt = clock.GetTimestamp();
        _maxTextChars = value.MaxTextChars;
        _ring = new PostRing(value.RingPosts, value.RingBytes);
        _seen = new SourceFilters(value.RememberedIds);
        _deleted = new SourceFilters(value.RememberedIds);
        _seenRejected = new RepeatFilter(value.RememberedIds);
        _topics = new TopicTable(value.MaxTopics);
        _trends = new TrendTable(value.MaxTopics);
    }

    /// <summary>Number of the newest entry that <see cref="ReadPosts"/> gives.</summary>
    public long Newest
    {
        get
        {
            lock (_lock)
            {
                return _ring.Newest;
            }
        }
    }

    /// <summary>The position from which <see cref="ReadPosts"/> gives the newest few entries.</summary>
    public long PositionBefore(int entries)
    {
        lock (_lock)
        {
            return Math.Max(_ring.Oldest - 1, _ring.Newest - entries);
        }
    }

    public void Add(ScoredPost scored)
    {
        var view = PostView.From(scored, _maxTextChars);
        lock (_lock)
        {
            if (!_seen.Of(scored.Post.Source).TryAdd(scored.Post.Id))
            {
                CountRepeat();
                return;
            }

            var now = Elapsed();
            _rate.Add(now);
            _scoring.Add(now, scored.ScoredAt - scored.Post.ReceivedAt);
            _mood.Add(scored.Sentiment);
            _topics.Add(view.Topics ?? [], scored.Sentiment);
            _model = scored.Model;
            _metrics.Scored(scored.Sentiment.Label, _clock.GetUtcNow() - scored.ScoredAt);

            // A deletion may overtake its post: the post counts, as every deleted one did, but is never shown.
            if (!_deleted.Of(scored.Post.Source).Contains(scored.Post.Id))
            {
                _ring.AddPost(view.Id, JsonSerializer.SerializeToUtf8Bytes(view, DashboardJson.Wire.PostView));
            }
        }
    }

    public void Add(RejectedPost rejected)
    {
        lock (_lock)
        {
            if (_seenRejected.TryAdd(rejected.Id))
            {
                _rejected[(int)rejected.Reason]++;
            }
            else
            {
                CountRepeat();
            }
        }
    }

    public void Add(PostDeleted deleted)
    {
        lock (_lock)
        {
            // Of posts nobody was shown, deletions are only remembered: a source may tell of everybody's.
            if (_deleted.Of(deleted.Source).TryAdd(deleted.Id) && _seen.Of(deleted.Source).Contains(deleted.Id))
            {
                _ring.Delete(deleted.Id);
            }
        }
    }

    public void Add(IngestStatus status)
    {
        lock (_lock)
        {
            _sources.Add(status);
        }
    }

    public void Add(MoodWindows windows)
    {
        lock (_lock)
        {
            _trends.Add(windows);
        }
    }

    public void Add(MoodShift shift)
    {
        lock (_lock)
        {
            if (!_trends.Add(shift))
            {
                CountRepeat();
            }
        }
    }

    /// <summary>Reads posts and deletions on from a position; see <see cref="PostRing.Read"/>.</summary>
    public RingSlice ReadPosts(long after, int maxEntries, int softMaxBytes)
    {
        lock (_lock)
        {
            return _ring.Read(after, maxEntries, softMaxBytes);
        }
    }

    public BoardState ReadState()
    {
        lock (_lock)
        {
            var now = Elapsed();
            return new BoardState
            {
                Mood = _mood.Read(),
                Rate = new RateState(
                    Math.Round(_rate.PerSecond(now, seconds: 1), 1), Math.Round(_rate.PerSecond(now, seconds: 60), 1)),
                Scoring = _scoring.Read(now),
                Rejected = new RejectedState(
                    _rejected[(int)RejectReason.Malformed],
                    _rejected[(int)RejectReason.Refused],
                    _rejected[(int)RejectReason.Unscorable]),
                Repeats = _repeats,
                Intake = _sources.Read(),
                Topics = _topics.Read(),
                OtherTopics = _topics.ReadOther(),
                Windows = _trends.ReadWindows(),
                Shifts = _trends.ReadShifts(),
                Model = _model,
            };
        }
    }

    private void CountRepeat()
    {
        _repeats++;
        _metrics.Repeat();
    }

    // Monotonic: the windows never see time go back.
    private TimeSpan Elapsed() => _clock.GetElapsedTime(_startedAt);
}
