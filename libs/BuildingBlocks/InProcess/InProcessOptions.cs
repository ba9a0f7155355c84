using System.ComponentModel.DataAnnotations;

namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>How the building blocks of one process behave.</summary>
public sealed record InProcessOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Moodstream:InProcess";

    /// <summary>
    /// Most unanswered events of one subscription: waiting, being handled or waiting for their next attempt.
    /// A publisher waits while one of the topic's subscriptions is full.
    /// </summary>
    /// <value>Default: 1024. 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int QueueCapacity { get; init; } = 1024;

    /// <summary>Pause before an event answered with <see cref="PubSub.EventOutcome.Retry"/> comes again.</summary>
    /// <value>Default: 500 ms. 1 ms to 1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Deliveries after which an event goes to <see cref="PubSub.Subscription.DeadLetterTopic"/>, where the
    /// subscription names one; null: it is retried for ever.
    /// </summary>
    /// <value>Default: null. 1 or more.</value>
    [Range(1, int.MaxValue)]
    public int? DeadLetterAfter { get; init; }

    /// <summary>Longest wait at shutdown for unanswered events; what is left then is abandoned and counted.</summary>
    /// <value>Default: 5 s. 0 to 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Folder that keeps state over restarts, made when absent; null: state ends with the process.</summary>
    /// <value>Default: null.</value>
    public string? DataFolder { get; init; }
}
