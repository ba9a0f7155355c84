namespace Moodstream.Ingestor.Sources;

/// <summary>
/// Spaces posts evenly. A late post may be caught up for a tenth of a second at most, so a pause is not followed by a
/// burst. Used by one loop.
/// </summary>
/// <param name="postsPerSecond">The rate; 0 for none.</param>
/// <param name="clock">The clock.</param>
internal sealed class Pacer(double postsPerSecond, TimeProvider clock)
{
    private static readonly TimeSpan CatchUp = TimeSpan.FromMilliseconds(100);

    private readonly TimeSpan _interval =
        postsPerSecond > 0 ? TimeSpan.FromSeconds(1 / postsPerSecond) : TimeSpan.Zero;

    private readonly long _started = clock.GetTimestamp();
    private TimeSpan _next; // When the next post is due, on the clock that starts at _started.

    /// <summary>Waits until a post may enter.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        var wait = _interval > TimeSpan.Zero ? _next - clock.GetElapsedTime(_started) : TimeSpan.Zero;
        return wait > TimeSpan.Zero ? Task.Delay(wait, clock, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Counts a post that entered.</summary>
    public void Take()
    {
        var earliest = clock.GetElapsedTime(_started) - CatchUp;
        _next = (_next > earliest ? _next : earliest) + _interval;
    }
}
