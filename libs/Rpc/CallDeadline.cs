using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc;

/// <summary>The end of a call's time, or of its caller's patience, as one token.</summary>
internal sealed class CallDeadline : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan? _timeout;
    private readonly long _started;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource? _ended;
    private readonly CancellationTokenRegistration _registration;

    public CallDeadline(TimeSpan? timeout, TimeProvider time, CancellationToken caller)
    {
        _time = time;
        _caller = caller;
        Token = caller;
        if (timeout is not { } limit)
        {
            return;
        }

        _started = time.GetTimestamp();
        _timeout = TimeSpan.FromTicks(Math.Clamp(limit.Ticks, 0, TimeoutValue.Longest.Ticks));
        if (_timeout == TimeSpan.Zero)
        {
            return;
        }

        _ended = new CancellationTokenSource(_timeout.Value, time);
        _registration = caller.UnsafeRegister(static ended => ((CancellationTokenSource)ended!).Cancel(), _ended);
        Token = _ended.Token;
    }

    /// <summary>Cancelled at the end of the time, and with the caller's.</summary>
    public CancellationToken Token { get; }

    /// <summary>Time left, not below zero; null when there is no deadline.</summary>
    public TimeSpan? Remaining => _timeout is not { } limit ? null
        : !HasTimerFired && limit - _time.GetElapsedTime(_started) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>Whether the time is over, by the timer or, should that be late, by the clock.</summary>
    public bool HasPassed => Remaining == TimeSpan.Zero;

    private bool HasTimerFired => Token.IsCancellationRequested && !_caller.IsCancellationRequested;

    public void Dispose()
    {
        _registration.Dispose();
        _ended?.Dispose();
    }
}
