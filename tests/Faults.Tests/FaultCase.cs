namespace Moodstream.Faults.Tests;

/// <summary>One thing that goes wrong while posts flow.</summary>
/// <param name="Name">For a person, and for a file.</param>
/// <param name="Fault">Does it, at a random moment, when a fifth to a half of the posts is settled; returns when the fault is over.</param>
internal sealed record FaultCase(string Name, Func<FaultRun, Task> Fault)
{
    /// <summary>Classifiers that share the posts.</summary>
    public int Classifiers { get; init; } = 1;

    /// <summary>Scored by a real model server instead of the simulated one.</summary>
    public bool NeedsModelServer { get; init; }

    /// <summary>It is there from the first post on, and stays.</summary>
    public bool IsFromTheStart { get; init; }

    /// <summary>Done by the sidecars, which daprd does on its own at times but not when told to.</summary>
    public bool NeedsDouble { get; init; }

    /// <summary>Redis keeps its files on a disk of its own, which can be filled; needs root.</summary>
    public bool NeedsSmallDisk { get; init; }

    /// <summary>Somebody listens on the relay's channel from the first post on; Redis must stay, for it keeps nothing of a channel.</summary>
    public bool WatchesChannel { get; init; }

    /// <summary>The dashboard starts again, and counts what comes from then on.</summary>
    public bool RestartsDashboard { get; init; }

    /// <summary>
    /// What the result would show had the fault been felt, and does not; null: it was felt. A fault that finds nothing to
    /// happen to throws.
    /// </summary>
    public Func<FaultResult, string?> Unfelt { get; init; } = _ => null;

    /// <inheritdoc />
    public override string ToString() => Name;
}
