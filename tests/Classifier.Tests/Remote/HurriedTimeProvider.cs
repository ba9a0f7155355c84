namespace Moodstream.Classifier.Tests.Remote;

/// <summary>A clock on which every wait of seconds is recorded and over at once; deadlines are real.</summary>
internal sealed class HurriedTimeProvider : TimeProvider
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>A deadline that no wait is as long as.</summary>
    public static readonly TimeSpan ShortDeadline = TimeSpan.FromMilliseconds(150);

    /// <summary>Waits so far.</summary>
    public Recorded<TimeSpan> Waits { get; } = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > LongestWait || dueTime <= TimeSpan.Zero || dueTime == ShortDeadline)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        Waits.Add(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(1), period);
    }
}
