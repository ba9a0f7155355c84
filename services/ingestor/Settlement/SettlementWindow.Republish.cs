namespace Moodstream.Ingestor.Settlement;

/// <summary>When a post is published again, and when it is given up.</summary>
/// <remarks>
/// Every acknowledged publish gets a running number. A post is overdue when its last publish is older than the patience
/// and a later number is proven: it was answered so long ago that those before it can no longer be on their way beside
/// it. While nothing is answered nothing is proven, so an outage makes no post overdue; only the oldest goes out as a
/// probe, with the newest known-good post behind it as a control. An answered control proves everything before it.
/// It is needed where nothing else is in flight (window full, source ended): without it, neither could a post that
/// kills whoever touches it be told from an outage, nor an outage from a broker that lost all it held. So it also goes
/// out alone, as soon as answers pause.
/// </remarks>
internal sealed partial class SettlementWindow
{
    private readonly RepublishBudget _budget;

    private long _ordinal;
    private long _answeredOrdinal; // The highest number that was answered,
    private long _sampledOrdinal;  // what that was at _sampledAt,
    private long _provenOrdinal;   // and what is proven.
    private long _sampledAt;
    private long _quietSince;      // Nothing was answered since then although something was in flight.
    private int _probes;           // Probes since the last answer.
    private InFlightPost? _pilot;  // The one republish that may be out without budget.
    private (string Id, ReadOnlyMemory<byte> Payload)? _knownGood;
    private InFlightPost? _control;
    private long? _controlAnsweredAt; // Until that has become proof.

    // How long posts may overtake each other between broker and classifier.
    private TimeSpan Overtaking => _rules.Patience / 5;

    private TimeSpan ProbeInterval =>
        _rules.Patience * Math.Pow(2, Math.Min(_probes, 20)) is var interval && interval < _rules.MaxProbeInterval
            ? interval
            : _rules.MaxProbeInterval;

    /// <summary>Moves what has to be published again, or to be rejected, to the outbox.</summary>
    /// <returns>Whether the outbox got something.</returns>
    public bool Republish()
    {
        var now = _clock.GetTimestamp();
        if (_controlAnsweredAt is { } answeredAt && _clock.GetElapsedTime(answeredAt, now) >= Overtaking)
        {
            _provenOrdinal = Math.Max(_provenOrdinal, _control!.Ordinal); // It was answered, so it is there.
            _controlAnsweredAt = null;
        }

        if (_clock.GetElapsedTime(_quietSince, now) >= _rules.Patience)
        {
            return Probe(now);
        }

        var moved = AskForProof(now);

        // In the order of their last publish, so once one is not overdue none of the rest is.
        while (_unanswered.First?.Value is { } post && IsOverdue(post, now) && TryAfford(post, now))
        {
            CountMiss(post);
            Requeue(post);
            moved = true;
        }

        return moved;
    }

    private bool IsOverdue(InFlightPost post, long now) =>
        post.Ordinal < _provenOrdinal && _clock.GetElapsedTime(post.LastPublishedAt, now) >= _rules.Patience;

    // A rejection costs nothing, for it ends the republishing. And one republish may always be out: a window that the
    // broker lost as a whole earns no budget, and would be repaired at the pace of the probes otherwise.
    private bool TryAfford(InFlightPost post, long now)
    {
        var isLast = post.IsCondemned || post.Misses + 1 >= _rules.MaxPublishes;
        if (isLast || _budget.TrySpend())
        {
            return true;
        }

        var isFree = _pilot is null or { IsSettled: true }
            || (_pilot.Node.List == _unanswered
                && _clock.GetElapsedTime(_pilot.LastPublishedAt, now) >= _rules.Patience);
        _pilot = isFree ? post : _pilot;
        return isFree;
    }

    private bool Probe(long now)
    {
        var interval = ProbeInterval;
        if (_clock.GetElapsedTime(_quietSince, now) < interval
            || OldestInFlight() is not { } oldest || oldest.Node.List != _unanswered
            || _clock.GetElapsedTime(oldest.LastPublishedAt, now) < interval)
        {
            return false;
        }

        if (IsOverdue(oldest, now))
        {
            CountMiss(oldest); // The last probe's control was answered, the post itself was not.
        }

        _probes++;
        _pilot = oldest;
        Requeue(oldest);
        SendControl();
        return true;
    }

    // Answers have paused while something unproven is in flight: the window is full, the source has ended, or posts come
    // seldom. The control goes out alone, for such a pause proves nothing, and may be too short for a probe.
    private bool AskForProof(long now)
    {
        if (_clock.GetElapsedTime(_quietSince, now) < Overtaking
            || _outbox.Count > 0
            || _unanswered.Last is not { Value: var newest } || newest.Ordinal < _provenOrdinal
            || _knownGood is null
            || !MayAsk(now))
        {
            return false;
        }

        SendControl();
        return true;
    }

    // One control may always be out; once it was answered another costs what a republish costs.
    private bool MayAsk(long now) => _control is null
        || (_control.Ordinal > 0 && _clock.GetElapsedTime(_control.LastPublishedAt, now) >= _rules.Patience)
        || (_control.IsSettled && _budget.TrySpend());

    private void SendControl()
    {
        if (_knownGood is { } good)
        {
            _control?.Node.List?.Remove(_control.Node);
            _controlAnsweredAt = null;
            _control = new InFlightPost(good.Id, default, good.Payload) { IsControl = true, WasPublished = true };
            _outbox.AddLast(_control.Node);
        }
    }

    private void CountMiss(InFlightPost post)
    {
        if (++post.Misses >= _rules.MaxPublishes)
        {
            post.Condemn();
        }
    }

    private void Requeue(InFlightPost post)
    {
        _unanswered.Remove(post.Node);
        _outbox.AddLast(post.Node);
    }

    // A post was answered. What was answered at the last sample is proven once answers have come for a while since; a
    // pause in them begins the while anew, for what was on its way before an outage is still on its way after it.
    private void Hear(InFlightPost post)
    {
        var now = _clock.GetTimestamp();
        var resumes = _clock.GetElapsedTime(_quietSince, now) >= Overtaking;
        _answeredOrdinal = Math.Max(_answeredOrdinal, post.Ordinal);
        if (resumes || _clock.GetElapsedTime(_sampledAt, now) >= Overtaking)
        {
            _provenOrdinal = resumes ? _provenOrdinal : Math.Max(_provenOrdinal, _sampledOrdinal);
            _sampledOrdinal = _answeredOrdinal;
            _sampledAt = now;
        }

        _quietSince = now;
        _probes = 0;
    }

    private void HearControl(string id)
    {
        if (_control is { IsSettled: false } control && control.Id == id)
        {
            if (control.Ordinal == 0)
            {
                control.Stamp(++_ordinal, _clock.GetTimestamp());
            }

            Hear(control);
            _controlAnsweredAt = _quietSince;
            Withdraw(control);
        }
    }

    private void RememberControl(InFlightPost post, SettleOutcome outcome)
    {
        if (outcome == SettleOutcome.Scored)
        {
            _knownGood = (post.Id, post.Payload);
        }
    }
}
