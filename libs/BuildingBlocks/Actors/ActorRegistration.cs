namespace Moodstream.BuildingBlocks.Actors;

/// <summary>An actor type that one app hosts.</summary>
public sealed record ActorRegistration
{
    /// <summary>Name of the type, at most 100 characters; part of the key of its state.</summary>
    public required string Type { get; init; }

    /// <summary>App id of the host, at most 100 characters; part of the key of its state.</summary>
    public required string App { get; init; }

    /// <summary>An actor without a turn for that long is deactivated.</summary>
    /// <value>Default: 10 minutes. 1 s to 1 day.</value>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest wait for a turn under way when the host stops or gives an actor up.</summary>
    /// <value>Default: 5 s. 0 to 20 s: Dapr cuts what exceeds its dissemination timeout.</value>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bounds of calls and memory.</summary>
    public ActorLimits Limits { get; init; } = new();

    /// <summary>Refuses what is out of the documented ranges.</summary>
    /// <returns>This.</returns>
    /// <exception cref="InvalidOperationException">Names the type, what was expected and what came.</exception>
    public ActorRegistration Checked()
    {
        // With an id of 256 characters their key is still one that a state store takes.
        if (!ActorAddress.IsName(Type) || !ActorAddress.IsName(App) || Type.Length > 100 || App.Length > 100)
        {
            throw new InvalidOperationException(
                $"actor type '{Type}' of app '{App}': both must be names as {nameof(ActorAddress)} takes them, "
                + "of at most 100 characters");
        }

        Require(IdleTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), nameof(IdleTimeout));
        Require(DrainTimeout, TimeSpan.Zero, TimeSpan.FromSeconds(20), nameof(DrainTimeout));
        Require(Limits.CallTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1), "CallTimeout");
        Require(Limits.MaxWaiting, 1, 4096, "MaxWaiting");
        Require(Limits.MaxActive, 1, 1_000_000, "MaxActive");
        return this;
    }

    private void Require<T>(T value, T least, T most, string name)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            throw new InvalidOperationException(
                $"actor type {Type}: {name} must be {least} to {most}, not {value}");
        }
    }
}
