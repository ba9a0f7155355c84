using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor.Settlement;

/// <summary>
/// Holds guarantee 1: every post that entered is settled, scored or rejected, whatever dies on the way. It knows which
/// posts are in flight, what has to be published (again), and how far the source is done with.
/// </summary>
/// <remarks>
/// No I/O, no threads and no clock of its own; not safe for concurrent use (<see cref="SharedWindow"/> guards it).
/// Every event costs constant time; memory is bounded by the window. The window is numbered by sequence: posts
/// [_low, _next) are in it, the one at _low is unsettled. A row is recalled, not admitted, when it lies before the
/// restored cursor.
/// </remarks>
internal sealed partial class SettlementWindow
{
    private readonly SettlementRules _rules;
    private readonly TimeProvider _clock;
    private readonly SeenIds _seen;
    private readonly InFlightPost?[] _window;

    // Where every post that is not settled stands: waiting to be published, or published and unanswered in the order
    // of their last publish. One that is in the publisher's hands stands in neither.
    private readonly LinkedList<InFlightPost> _outbox = new();
    private readonly LinkedList<InFlightPost> _unanswered = new();

    private long _low;
    private long _next;
    private long _bytes;

    public SettlementWindow(SettlementRules rules, TimeProvider clock)
    {
        _rules = rules;
        _clock = clock;

        // A row in the window must find ids as far back as Memory also when it is read again after a restart.
        _seen = new SeenIds(rules.Memory + rules.Window);
        _window = new InFlightPost?[rules.Window];
        _budget = new RepublishBudget(rules.Window);
        _quietSince = _sampledAt = clock.GetTimestamp();
    }

    /// <summary>What happened since the source was first opened.</summary>
    public SettlementCounts Counts { get; private set; }

    /// <summary>Posts published and not settled.</summary>
    public long InFlight => Counts.Published - Counts.Settled - Counts.Lost;

    /// <summary>Whether everything admitted is settled.</summary>
    public bool IsEmpty => _low == _next;

    /// <summary>Whether the window may take a post now; a large one may still have to wait.</summary>
    public bool HasRoom => _next - _low < _rules.Window && _bytes < _rules.WindowBytes;

    /// <summary>How long the oldest post in flight has been out; zero when none is.</summary>
    public TimeSpan OldestAge => OldestInFlight() is { } oldest
        ? _clock.GetElapsedTime(oldest.FirstPublishedAt)
        : TimeSpan.Zero;

    /// <summary>
    /// Offers the next row of the source. An id that was admitted less than <see cref="SettlementRules.Memory"/> posts
    /// ago is a repeat; one from further back is a post of its own, published and counted again.
    /// </summary>
    /// <param name="position">Behind the positions of all rows offered before.</param>
    /// <param name="id">The post's id.</param>
    /// <param name="payload">The post as published; must not change until it is settled.</param>
    public Admission Admit(SourcePosition position, string id, ReadOnlyMemory<byte> payload)
    {
        if (position < _restoredCursor)
        {
            Recall(position, id);
            return Admission.AlreadySettled;
        }

        var settledBefore = _settledBefore.Contains(position);
        if (!settledBefore && IsKnown(id))
        {
            Pass(position);
            Counts = Counts with { Dropped = Counts.Dropped with { Duplicates = Counts.Dropped.Duplicates + 1 } };
            return Admission.Duplicate;
        }

        if (!HasRoom || (_bytes + payload.Length > _rules.WindowBytes && !IsEmpty))
        {
            return Admission.WindowFull;
        }

        var post = new InFlightPost(id, position, settledBefore ? default : payload) { DroppedBefore = Counts.Dropped };
        Pass(position);
        _seen.Add(id, position);
        _window[_next++ % _rules.Window] = post;
        if (settledBefore)
        {
            _settledBefore.Remove(position);
            Withdraw(post);
            AdvanceLow();
            return Admission.AlreadySettled;
        }

        _bytes += payload.Length;
        _outbox.AddLast(post.Node);
        return Admission.Admitted;
    }

    /// <summary>Counts a row that never becomes a post in flight.</summary>
    /// <returns>False for a row that was counted before the restart.</returns>
    public bool Drop(SourcePosition position, DropReason reason)
    {
        if (position < _restoredCursor)
        {
            return false;
        }

        var dropped = Counts.Dropped;
        Pass(position);
        Counts = Counts with
        {
            Dropped = reason == DropReason.Unreadable
                ? dropped with { Unreadable = dropped.Unreadable + 1 }
                : dropped with { Skipped = dropped.Skipped + 1 },
        };
        return true;
    }

    /// <summary>Hands out what is to be published next; each is answered by one of the two methods below.</summary>
    /// <param name="into">Receives the posts, in order.</param>
    /// <param name="maxCount">Most posts.</param>
    /// <param name="maxBytes">Most bytes of payload, but at least one post.</param>
    public void TakeOutgoing(List<InFlightPost> into, int maxCount, long maxBytes)
    {
        var bytes = 0L;
        while (into.Count < maxCount && _outbox.First?.Value is { } post)
        {
            bytes += post.Payload.Length;
            if (bytes > maxBytes && into.Count > 0)
            {
                return;
            }

            _outbox.RemoveFirst();
            into.Add(post);
        }
    }

    /// <summary>The broker took it.</summary>
    public void Published(InFlightPost post)
    {
        if ((post.Publishes++ > 0 || post.IsControl) && !post.IsCondemned)
        {
            Counts = Counts with { Republished = Counts.Republished + 1 };
        }

        if (post.IsSettled)
        {
            post.ReleasePayload(); // The answer was faster than the acknowledgement.
            return;
        }

        if (InFlight == 0)
        {
            _quietSince = Math.Max(_quietSince, _clock.GetTimestamp());
        }

        CountAsPublished(post);
        post.Stamp(++_ordinal, _clock.GetTimestamp());
        if (!post.IsControl)
        {
            _unanswered.AddLast(post.Node);
        }
    }

    /// <summary>The broker refused it: it is published again before anything else.</summary>
    public void PublishFailed(InFlightPost post)
    {
        if (post.IsSettled)
        {
            post.ReleasePayload();
            return;
        }

        _outbox.AddFirst(post.Node);
    }

    /// <summary>A post's id was seen among the scored or the rejected.</summary>
    /// <returns>The post that this settled; null for a repeat or an id that is not in the window.</returns>
    public InFlightPost? Settle(string id, SettleOutcome outcome)
    {
        HearControl(id);
        if (_seen.Find(id) is not { } sequence || sequence < _low
            || _window[sequence % _rules.Window] is not { IsSettled: false } post)
        {
            return null;
        }

        CountAsPublished(post); // It was, even if the acknowledgement is still on its way.
        if (post.Ordinal == 0)
        {
            post.Stamp(++_ordinal, _clock.GetTimestamp());
        }

        Hear(post);
        RememberControl(post, outcome);
        _budget.Earn();
        _bytes -= post.Payload.Length;
        Withdraw(post);
        AdvanceLow();
        Counts = Counts with
        {
            Settled = Counts.Settled + 1,
            Rejected = Counts.Rejected + (outcome == SettleOutcome.Rejected ? 1 : 0),
        };
        return post;
    }

    private bool IsKnown(string id) => _seen.Find(id) is { } sequence && _next - sequence <= _rules.Memory;

    private void CountAsPublished(InFlightPost post)
    {
        if (!post.WasPublished)
        {
            post.WasPublished = true;
            Counts = Counts with { Published = Counts.Published + 1 };
        }
    }

    private static void Withdraw(InFlightPost post)
    {
        post.Settle();
        if (post.Node.List is { } list)
        {
            list.Remove(post.Node);
            post.ReleasePayload();
        }
    }

    private void AdvanceLow()
    {
        while (_low < _next && _window[_low % _rules.Window]!.IsSettled)
        {
            _window[_low++ % _rules.Window] = null;
        }
    }

    private InFlightPost? OldestInFlight()
    {
        for (var sequence = _low; sequence < _next; sequence++)
        {
            if (_window[sequence % _rules.Window] is { IsSettled: false, Ordinal: > 0 } post)
            {
                return post;
            }
        }

        return null;
    }
}
