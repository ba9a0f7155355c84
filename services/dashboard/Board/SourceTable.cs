using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;

namespace Moodstream.Dashboard.Board;

/// <summary>
/// The newest status of each source, and their sum. A source beyond the bound replaces the one silent longest.
/// </summary>
internal sealed class SourceTable
{
    private readonly Dictionary<string, IngestStatus> _statuses = new(StringComparer.Ordinal);

    /// <summary>Takes a status unless a newer one of its source was here before it: order is not kept.</summary>
    public void Add(IngestStatus status)
    {
        if (_statuses.TryGetValue(status.Source, out var known) && known.At > status.At)
        {
            return;
        }

        if (known is null && _statuses.Count == SourceFilters.MaxSources)
        {
            _statuses.Remove(_statuses.MinBy(s => s.Value.At).Key);
        }

        _statuses[status.Source] = status;
    }

    /// <summary>All sources as one.</summary>
    /// <returns>Null before the first status.</returns>
    public IntakeState? Read()
    {
        if (_statuses.Count == 0)
        {
            return null;
        }

        var statuses = _statuses.Values;
        return new IntakeState
        {
            Sources = [.. statuses.Select(s => s.Source).Order(StringComparer.Ordinal)],
            Published = statuses.Sum(s => s.Published),
            Settled = statuses.Sum(s => s.Settled),
            Rejected = statuses.Sum(s => s.Rejected),
            Republished = statuses.Sum(s => s.Republished),
            Duplicates = statuses.Sum(s => s.Duplicates),
            Unreadable = statuses.Sum(s => s.Unreadable),
            Lost = statuses.Sum(s => s.Lost),
            InFlight = statuses.Sum(s => (long)s.InFlight),
            OldestSeconds = Math.Round(statuses.Max(s => s.OldestSeconds), 3),
            Finished = statuses.All(s => s.Finished),
        };
    }
}
