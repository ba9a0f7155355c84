using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor.Settlement;

/// <summary>What is saved, and how it is taken up again.</summary>
internal sealed partial class SettlementWindow
{
    private readonly HashSet<SourcePosition> _settledBefore = [];

    private SourcePosition _restoredCursor;
    private SourcePosition _rememberFrom;
    private SourcePosition _head; // Behind the last row read.

    /// <summary>Takes up what was saved. Called once at most, before the first row.</summary>
    /// <param name="state">What was saved last.</param>
    /// <param name="canGoOn">
    /// Whether the source gives the rows from the cursor on once more. If not, what was unsettled is lost, and the
    /// source is read from its beginning.
    /// </param>
    public void Restore(SettlementState state, bool canGoOn)
    {
        var lost = state.LostCount + (canGoOn ? 0 : state.Unsettled);
        Counts = new SettlementCounts
        {
            Published = state.SettledCount + lost,
            Settled = state.SettledCount,
            Rejected = state.RejectedCount,
            Republished = state.RepublishedCount,
            Lost = lost,
            Dropped = state.Dropped,
        };
        if (canGoOn)
        {
            _head = _restoredCursor = state.Cursor;
            _rememberFrom = state.RememberFrom;
            _settledBefore.UnionWith(state.Settled);
        }
    }

    /// <summary>Where the source is to be read from.</summary>
    public SourcePosition ReadFrom => _rememberFrom;

    /// <summary>What to save now. Costs time proportional to the window.</summary>
    public SettlementState Save() => new()
    {
        Cursor = IsEmpty ? _head : Oldest.Position,
        RememberFrom = _low <= _rules.Memory ? _rememberFrom : _seen.PositionOf(_low - _rules.Memory),
        Settled =
        [
            .. Entries().Where(p => p.IsSettled).Select(p => p.Position),
            .. _settledBefore.Where(p => p >= _head).Order(),
        ],
        Unsettled = Entries().Count(p => !p.IsSettled),
        SettledCount = Counts.Settled,
        RejectedCount = Counts.Rejected,
        RepublishedCount = Counts.Republished,
        LostCount = Counts.Lost,
        Dropped = IsEmpty ? Counts.Dropped : Oldest.DroppedBefore,
    };

    private InFlightPost Oldest => _window[_low % _rules.Window]!; // The window is not empty.

    private IEnumerable<InFlightPost> Entries()
    {
        for (var sequence = _low; sequence < _next; sequence++)
        {
            yield return _window[sequence % _rules.Window]!; // Every slot of the window holds its post.
        }
    }

    // Rows before the cursor are read again only for their ids; nothing is unsettled as long as they come.
    private void Recall(SourcePosition position, string id)
    {
        if (!IsKnown(id))
        {
            _seen.Add(id, position);
            _low = ++_next;
        }
    }

    private void Pass(SourcePosition position) => _head = position.Next;
}
