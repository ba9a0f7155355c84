namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>Draws the faults that <see cref="InProcessFaults"/> asks for; none without them.</summary>
internal sealed class FaultInjector(InProcessFaults? faults)
{
    private readonly Lock _lock = new();

    // Random is not safe for concurrent use: drawn from under _lock only.
    private readonly Random _random = new(faults?.Seed ?? 0);

    public bool Reorders => faults?.ReorderWindow > 0;

    public bool Loses(string topic) => Draw(faults?.LoseOneIn, topic);

    public bool Refuses(string topic) => Draw(faults?.RefuseOneIn, topic);

    public bool Repeats(string topic) => Draw(faults?.RepeatOneIn, topic);

    /// <summary>The place of an event that entered as number <paramref name="sequence"/>.</summary>
    public long Order(long sequence)
    {
        if (faults is null || faults.ReorderWindow <= 0)
        {
            return sequence;
        }

        lock (_lock)
        {
            return sequence + _random.NextInt64(faults.ReorderWindow + 1L);
        }
    }

    private bool Draw(IReadOnlyDictionary<string, int>? oneIn, string topic)
    {
        if (oneIn is null || !oneIn.TryGetValue(topic, out var n))
        {
            return false;
        }

        lock (_lock)
        {
            return _random.Next(n) == 0;
        }
    }
}
