using System.Text.Json;
using Moodstream.Ingestor.Settlement;

namespace Moodstream.Ingestor.Tests.Settlement;

/// <summary>
/// A source, a broker and a classifier around a window, in steps of simulated time: deterministic, and thousands of
/// posts in milliseconds.
/// </summary>
internal sealed class Simulation
{
    private readonly Random _random;
    private readonly List<string> _raw = [];
    private readonly List<(string Id, SettleOutcome Outcome)> _answers = [];
    private readonly List<InFlightPost> _outgoing = [];
    private readonly long _start;
    private SavedSource? _saved;
    private int _row;
    private int _deliveries;

    public Simulation(IReadOnlyList<SimulatedRow> rows, int seed = 1)
    {
        Rows = rows;
        _random = new Random(seed);
        _start = Clock.GetTimestamp();
        Window = new SettlementWindow(Rules, Clock);
    }

    public static SettlementRules Rules { get; } = new IngestorOptions().Rules;

    public ManualTimeProvider Clock { get; } = new();

    public IReadOnlyList<SimulatedRow> Rows { get; }

    public SettlementWindow Window { get; private set; }

    // The faults.
    public int LoseOneIn { get; init; }

    /// <summary>Of so many deliveries to the classifier one, counted, is acknowledged unseen; 0: none.</summary>
    public int SkipOneIn { get; init; }

    public bool RepeatAll { get; init; }

    public int ReorderWithin { get; init; } = 1;

    public double RefuseShare { get; init; }

    public Func<TimeSpan, bool> ModelIsDown { get; set; } = _ => false;

    public HashSet<string> Killers { get; init; } = [];

    // The pace.
    public TimeSpan Step { get; init; } = TimeSpan.FromMilliseconds(50);

    public int ScoredPerStep { get; init; } = 50;

    public int ReadPerStep { get; init; } = 200;

    // What happened.
    public TimeSpan Now => Clock.GetElapsedTime(_start);

    public Dictionary<string, int> Publishes { get; } = [];

    public HashSet<string> RejectedHere { get; } = [];

    public int WindowFullSteps { get; private set; }

    public int LargestSpan { get; private set; }

    /// <summary>What was recorded as settled at a kill, and published all the same afterwards.</summary>
    public List<string> PublishedAgain { get; } = [];

    private HashSet<string> RecordedAsSettled { get; } = [];

    public bool IsFinished => _row == Rows.Count && Window.IsEmpty;

    /// <summary>Steps until everything is settled.</summary>
    public Simulation Run(TimeSpan atMost)
    {
        while (!IsFinished)
        {
            Assert.True(Now < atMost, $"{Window.InFlight} of {Rows.Count} posts are still in flight after {atMost}");
            RunStep();
        }

        return this;
    }

    public void RunStep()
    {
        ReadRows();
        Publish();
        Classify();
        Deliver();
        Window.Republish();
        Clock.Advance(Step);
    }

    /// <summary>Saves as the ingestor does: through JSON.</summary>
    public void Save()
    {
        var record = new SavedSource
        {
            Version = SavedSource.CurrentVersion,
            Source = "simulated",
            Mark = "",
            SavedAt = Clock.GetUtcNow(),
            Settlement = Window.Save(),
        };
        var json = JsonSerializer.SerializeToUtf8Bytes(record, IngestorJson.Default.SavedSource);
        _saved = JsonSerializer.Deserialize(json, IngestorJson.Default.SavedSource);
    }

    /// <summary>
    /// The ingestor dies and comes back: all it knows is what it saved. Broker and classifier live on.
    /// </summary>
    public void Kill(bool canGoOn = true)
    {
        Window = new SettlementWindow(Rules, Clock);
        if (_saved is null)
        {
            _row = 0;
            return;
        }

        Window.Restore(_saved.Settlement, canGoOn);
        if (!canGoOn)
        {
            return;
        }

        // A source is opened at a byte offset and gives every row from there on.
        _row = Rows.TakeWhile(r => r.Position.Offset < Window.ReadFrom.Offset).Count();
        var settled = _saved.Settlement.Settled.ToHashSet();
        RecordedAsSettled.UnionWith(Rows
            .Where(r => r.Id is not null && (r.Position < _saved.Settlement.Cursor || settled.Contains(r.Position)))
            .Select(r => r.Id!));
    }

    /// <summary>The broker forgets every event it holds.</summary>
    public void WipeBroker()
    {
        _raw.Clear();
        _answers.Clear();
    }

    private void ReadRows()
    {
        for (var i = 0; i < ReadPerStep && _row < Rows.Count; i++, _row++)
        {
            var row = Rows[_row];
            if (row.Id is null)
            {
                Window.Drop(row.Position, DropReason.Unreadable);
            }
            else if (Window.Admit(row.Position, row.Id, new byte[] { 1 }) == Admission.WindowFull)
            {
                WindowFullSteps++;
                return;
            }
        }
    }

    private void Publish()
    {
        _outgoing.Clear();
        Window.TakeOutgoing(_outgoing, maxCount: 400, maxBytes: long.MaxValue);
        foreach (var post in _outgoing)
        {
            if (_random.NextDouble() < RefuseShare)
            {
                Window.PublishFailed(post);
                continue;
            }

            Window.Published(post);
            Publishes[post.Id] = Publishes.GetValueOrDefault(post.Id) + 1;
            if (RecordedAsSettled.Contains(post.Id))
            {
                PublishedAgain.Add(post.Id);
            }

            if (post.IsCondemned)
            {
                RejectedHere.Add(post.Id);
                Enqueue(_answers, (post.Id, SettleOutcome.Rejected));
            }
            else
            {
                Enqueue(_raw, post.Id);
            }
        }

        LargestSpan = Math.Max(LargestSpan, (int)Window.InFlight);
    }

    private void Classify()
    {
        if (ModelIsDown(Now))
        {
            return;
        }

        for (var i = 0; i < ScoredPerStep && _raw.Count > 0; i++)
        {
            var at = _random.Next(Math.Min(ReorderWithin, _raw.Count));
            var id = _raw[at];
            _raw.RemoveAt(at);
            var isSkipped = SkipOneIn > 0 && ++_deliveries % SkipOneIn == 0;
            if (!isSkipped && !Killers.Contains(id))
            {
                Enqueue(_answers, (id, SettleOutcome.Scored));
            }
        }
    }

    private void Deliver()
    {
        foreach (var (id, outcome) in _answers)
        {
            Window.Settle(id, outcome);
        }

        _answers.Clear();
    }

    private void Enqueue<T>(List<T> queue, T item)
    {
        if (LoseOneIn > 0 && _random.Next(LoseOneIn) == 0)
        {
            return;
        }

        queue.Add(item);
        if (RepeatAll)
        {
            queue.Insert(_random.Next(queue.Count + 1), item);
        }
    }
}
