namespace Moodstream.Tests.Support;

/// <summary>
/// A <see cref="ManualTimeProvider"/> that tells which timers were set, so that a test moves the clock only when
/// somebody waits for it.
/// </summary>
public sealed class SignallingTimeProvider : TimeProvider
{
    private readonly ManualTimeProvider _clock = new();

    /// <summary>Due times of the timers set so far, those set to never due excepted.</summary>
    public Recorded<TimeSpan> Timers { get; } = new();

    /// <inheritdoc />
    public override long TimestampFrequency => _clock.TimestampFrequency;

    /// <summary>Moves the clock.</summary>
    public void Advance(TimeSpan by) => _clock.Advance(by);

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

    /// <inheritdoc />
    public override long GetTimestamp() => _clock.GetTimestamp();

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = _clock.CreateTimer(callback, state, dueTime, period);
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            Timers.Add(dueTime);
        }

        return timer;
    }
}
