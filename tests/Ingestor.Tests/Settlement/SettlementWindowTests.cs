using Moodstream.Ingestor.Settlement;
using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor.Tests.Settlement;

/// <summary>The rules of the window, one by one.</summary>
public sealed class SettlementWindowTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    private readonly ManualTimeProvider _clock = new();
    private readonly SettlementWindow _window;
    private int _row;

    public SettlementWindowTests()
    {
        _window = new SettlementWindow(new IngestorOptions { Window = 16, WindowBytes = 1000 }.Rules, _clock);
    }

    [Fact]
    public void Admit_SpanReachesTheWindow_IsRefusedUntilTheOldestSettles()
    {
        PublishMany(16);
        _window.Settle("p5", SettleOutcome.Scored);

        var before = Admit("p16");
        _window.Settle("p0", SettleOutcome.Scored);
        var after = Admit("p16");

        Assert.Equal((Admission.WindowFull, Admission.Admitted), (before, after));
    }

    [Fact]
    public void Admit_BytesReachTheLimit_IsRefusedUntilSomeAreFree()
    {
        PublishMany(1, bytes: 900);

        var before = Admit("p1", bytes: 200);
        _window.Settle("p0", SettleOutcome.Scored);
        var after = Admit("p1", bytes: 200);

        Assert.Equal((Admission.WindowFull, Admission.Admitted), (before, after));
    }

    [Fact]
    public void Admit_PostLargerThanTheLimit_EntersAnEmptyWindow()
    {
        var admission = Admit("p0", bytes: 5000);

        Assert.Equal(Admission.Admitted, admission);
    }

    [Theory]
    [InlineData(47, true)]
    [InlineData(48, false)]
    public void Admit_RepeatedId_IsKnownForThreeWindows(int postsBetween, bool known)
    {
        PublishMany(1);
        _window.Settle("p0", SettleOutcome.Scored);
        for (var i = 1; i <= postsBetween; i++)
        {
            PublishMany(1);
            _window.Settle(SimulatedRow.Name(i), SettleOutcome.Scored);
        }

        var admission = Admit("p0");

        Assert.Equal(known ? Admission.Duplicate : Admission.Admitted, admission);
    }

    [Fact]
    public void Settle_BeforeTheAcknowledgement_CountsThePostOnceAndLeavesNothingBehind()
    {
        Admit("p0");
        var post = Take().Single();

        _window.Settle("p0", SettleOutcome.Scored);
        _window.Published(post);

        Assert.Equal((1, 1, 0, 0), (
            _window.Counts.Published, _window.Counts.Settled, _window.Counts.Republished, _window.InFlight));
        Assert.True(post.Payload.IsEmpty);
    }

    [Fact]
    public void Settle_RefusedPublishThatCameThroughAllTheSame_IsNotPublishedAgain()
    {
        Admit("p0");
        var post = Take().Single();

        _window.Settle("p0", SettleOutcome.Scored);
        _window.PublishFailed(post);

        Assert.Empty(Take());
    }

    [Fact]
    public void Settle_RepeatOrForeignId_ChangesNothing()
    {
        PublishMany(2);
        _window.Settle("p0", SettleOutcome.Rejected);

        var repeat = _window.Settle("p0", SettleOutcome.Scored);
        var foreign = _window.Settle("of another source", SettleOutcome.Scored);

        Assert.Null(repeat);
        Assert.Null(foreign);
        Assert.Equal((1, 1), (_window.Counts.Settled, _window.Counts.Rejected));
    }

    [Fact]
    public void PublishFailed_OfABatch_GoesOutAgainInTheSameOrder()
    {
        Admit("p0");
        Admit("p1");
        var batch = Take();
        Admit("p2");

        batch.Reverse();
        batch.ForEach(_window.PublishFailed);

        Assert.Equal(["p0", "p1", "p2"], Take().Select(p => p.Id));
    }

    [Fact]
    public void Republish_NothingPublishedLaterIsAnswered_SendsTheOldestAloneAsAProbe()
    {
        PublishMany(3);

        _clock.Advance(Patience - TimeSpan.FromTicks(1));
        var before = _window.Republish();
        _clock.Advance(TimeSpan.FromTicks(1));
        _window.Republish();

        Assert.False(before);
        Assert.Equal(["p0"], Take().Select(p => p.Id));
    }

    [Fact]
    public void Republish_ProbesStayUnanswered_DoublesThePauseUpToItsLimit()
    {
        PublishMany(2);
        var probes = new List<double>();

        for (var second = 1; second <= 1500; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            _window.Republish();
            foreach (var post in Take())
            {
                probes.Add(second);
                _window.Published(post);
            }
        }

        Assert.Equal([25, 75, 175, 375, 675, 975, 1275], probes);
    }

    [Fact]
    public void Republish_AfterAnAnswer_ProbeTakesTheNewestKnownGoodPostAlong()
    {
        PublishMany(3);
        _window.Settle("p1", SettleOutcome.Scored);
        _window.Settle("p2", SettleOutcome.Rejected);

        _clock.Advance(Patience);
        _window.Republish();

        Assert.Equal(["p0", "p1"], Take().Select(p => p.Id));
    }

    [Fact]
    public void Republish_LaterPostsAreAnsweredAllTheTime_SendsTheOverdueOneWhenItsPatienceEnds()
    {
        PublishMany(1);
        var sentAt = 0;

        for (var second = 1; second < 40 && sentAt == 0; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            if (second <= 15)
            {
                PublishMany(1);
                _window.Settle(SimulatedRow.Name(second), SettleOutcome.Scored);
            }

            sentAt = _window.Republish() ? second : 0;
        }

        Assert.Equal(25, sentAt);
        Assert.Equal(["p0"], Take().Select(p => p.Id));
    }

    [Fact]
    public void Republish_AnswersPause_SendsTheNewestKnownGoodPostAloneAndOnce()
    {
        PublishMany(3);
        _window.Settle("p1", SettleOutcome.Scored);
        var sent = new List<(int Second, string Id)>();

        for (var second = 1; second < 25; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            _window.Republish();
            foreach (var post in Take())
            {
                sent.Add((second, post.Id));
                _window.Published(post);
            }
        }

        Assert.Equal([(5, "p1")], sent);
    }

    [Fact]
    public void Republish_PostsComeSeldom_SendsTheLostOneWhenItsPatienceEnds()
    {
        PublishMany(2);
        _window.Settle("p0", SettleOutcome.Scored);
        var sentAt = 0;

        for (var second = 1; second < 600 && sentAt == 0; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            if (second % 10 == 0)
            {
                PublishMany(1);
                _window.Settle(SimulatedRow.Name(_row - 1), SettleOutcome.Scored);
            }

            _window.Republish();
            foreach (var post in Take())
            {
                _window.Published(post);
                sentAt = post.Id == "p1" ? second : 0;
                _window.Settle(post.Id, SettleOutcome.Scored);
            }
        }

        Assert.InRange(sentAt, 25, 36);
    }

    [Fact]
    public void OldestAge_CountsFromTheFirstPublish()
    {
        PublishMany(2);
        _clock.Advance(Patience);
        _window.Republish();
        Take().ForEach(_window.Published);

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(Patience + TimeSpan.FromSeconds(5), _window.OldestAge);
    }

    [Fact]
    public void Drop_RowsBehindTheOldestUnsettled_AreSavedOnlyOnceItHasSettled()
    {
        PublishMany(1);
        _window.Drop(new SourcePosition(_row++), DropReason.Unreadable);

        var before = _window.Save();
        _window.Settle("p0", SettleOutcome.Scored);
        var after = _window.Save();

        Assert.Equal((new SourcePosition(0), 0), (before.Cursor, before.Dropped.Unreadable));
        Assert.Equal((new SourcePosition(1, 1), 1), (after.Cursor, after.Dropped.Unreadable));
    }

    private Admission Admit(string id, int bytes = 1)
    {
        var admission = _window.Admit(new SourcePosition(_row), id, new byte[bytes]);
        _row += admission == Admission.WindowFull ? 0 : 1;
        return admission;
    }

    private List<InFlightPost> Take()
    {
        var taken = new List<InFlightPost>();
        _window.TakeOutgoing(taken, 100, long.MaxValue);
        return taken;
    }

    private void PublishMany(int count, int bytes = 1)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(Admission.Admitted, Admit(SimulatedRow.Name(_row), bytes));
        }

        Take().ForEach(_window.Published);
    }
}
