namespace Moodstream.BuildingBlocks.Actors;

/// <summary>What an actor type may take. Adapters refuse a registration out of these ranges at the start.</summary>
public sealed record ActorLimits
{
    /// <summary>Most bytes of one state value.</summary>
    public const int MaxStateBytes = 1024 * 1024;

    /// <summary>Most bytes of a reminder's or timer's data.</summary>
    public const int MaxReminderBytes = 4096;

    /// <summary>Most reminders, and most timers, of one actor.</summary>
    public const int MaxReminders = 16;

    /// <summary>Most bytes of a call's body, and of its answer.</summary>
    public const int MaxCallBytes = 4 * 1024 * 1024;

    /// <summary>
    /// Longest wait for the answer to a call, and longest turn. Every call has one: without a placement service
    /// Dapr's calls of actors hang for ever.
    /// </summary>
    /// <value>Default: 5 s. 100 ms to 1 minute.</value>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most calls that wait for their turn with one actor; one more is <see cref="ActorCallFailure.Unreachable"/>.</summary>
    /// <value>Default: 64. 1 to 4096.</value>
    public int MaxWaiting { get; init; } = 64;

    /// <summary>Most actors of the type that are active in one process.</summary>
    /// <value>Default: 10,000. 1 to 1,000,000.</value>
    public int MaxActive { get; init; } = 10_000;
}
