namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>
/// Faults a real broker has, on demand: registered in a test's container, they prove that nothing depends on a
/// broker that never loses, repeats or reorders.
/// </summary>
public sealed record InProcessFaults
{
    /// <summary>Where the sequence of faults starts; a failing test prints it.</summary>
    public required int Seed { get; init; }

    /// <summary>By topic: one in this many (1 or more) events is acknowledged and lost, drawn for each app.</summary>
    public IReadOnlyDictionary<string, int> LoseOneIn { get; init; } = new Dictionary<string, int>();

    /// <summary>By topic: one in this many (1 or more) publishes is refused.</summary>
    public IReadOnlyDictionary<string, int> RefuseOneIn { get; init; } = new Dictionary<string, int>();

    /// <summary>By topic: one in this many events is delivered twice to each subscribing app; 1 repeats all.</summary>
    public IReadOnlyDictionary<string, int> RepeatOneIn { get; init; } = new Dictionary<string, int>();

    /// <summary>How far a waiting event may be moved behind later ones; 0 keeps the order of publishing.</summary>
    public int ReorderWindow { get; init; }
}
