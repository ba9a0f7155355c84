using Moodstream.Redis;

namespace Moodstream.Cli.Entries;

/// <summary>A topic on which things end, and how to read and move back what ended there.</summary>
/// <param name="Topic">The topic, which is the stream's key.</param>
/// <param name="Verb">What moving back is called.</param>
/// <param name="Read">Reads an entry for a person, and finds what goes back and where to.</param>
internal sealed record EntryKind(string Topic, string Verb, Func<StreamEntry, EndedEntry> Read);

/// <summary>What ended on a topic.</summary>
internal sealed record EndedEntry
{
    /// <summary>The entry as it is in the stream.</summary>
    public required StreamEntry Entry { get; init; }

    /// <summary>Id of the event; that of the entry where it has none.</summary>
    public required string Id { get; init; }

    /// <summary>Why it ended here.</summary>
    public required string Reason { get; init; }

    /// <summary>Where it came from; null when it does not say.</summary>
    public string? Source { get; init; }

    /// <summary>A part of it for a person to know it by.</summary>
    public string Text { get; init; } = "";

    /// <summary>What goes back; null when nothing can.</summary>
    public IReadOnlyList<StreamField>? GoesBack { get; init; }

    /// <summary>Why nothing can go back.</summary>
    public string? Stays { get; init; }

    /// <summary>When it ended here, as Redis has stamped it.</summary>
    public DateTimeOffset At =>
        long.TryParse(Entry.Id.Split('-')[0], out var milliseconds) && milliseconds is >= 0 and < 253_402_300_800_000
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : DateTimeOffset.UnixEpoch;

    /// <summary>Whether it is one of those asked for: by the event's id or by the entry's.</summary>
    public bool IsOneOf(IReadOnlyCollection<string> ids) => ids.Count == 0 || ids.Contains(Id) || ids.Contains(Entry.Id);
}
