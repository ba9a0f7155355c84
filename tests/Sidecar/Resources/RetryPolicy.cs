namespace Moodstream.Tests.Sidecar.Resources;

/// <summary>When and how often something is tried again (Dapr's contract, 7.1).</summary>
/// <param name="Exponential">Waits grow from 0.5 s by half to <paramref name="Interval" />; else each lasts it.</param>
/// <param name="Interval">The wait, or the longest.</param>
/// <param name="MaxRetries">Tries after the first; -1: without end.</param>
/// <param name="GrpcCodes">Codes of gRPC that are tried again; null: all failures.</param>
internal sealed record RetryPolicy(bool Exponential, TimeSpan Interval, int MaxRetries, IReadOnlySet<int>? GrpcCodes)
{
    private static readonly TimeSpan FirstGrowing = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestGrowing = TimeSpan.FromMinutes(15);

    public static RetryPolicy None { get; } = new(false, TimeSpan.Zero, 0, null);

    /// <summary>Runs an attempt until it succeeds, the policy ends, or the token is cancelled; gives the last outcome.</summary>
    /// <param name="attempt">Gives null for success, else why not.</param>
    /// <param name="cancellationToken">Ends the waiting between attempts; a running attempt is left alone.</param>
    public async Task<Exception?> RunAsync(Func<Task<Exception?>> attempt, CancellationToken cancellationToken)
    {
        var wait = Exponential ? FirstGrowing : Interval;
        var waited = TimeSpan.Zero;
        for (var retries = 0; ; retries++)
        {
            if (await attempt() is not { } problem)
            {
                return null;
            }

            if (retries == MaxRetries || (Exponential && waited > LongestGrowing))
            {
                return problem;
            }

            try
            {
                await Task.Delay(wait, TimeProvider.System, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return problem;
            }

            waited += wait;
            wait = Exponential ? TimeSpan.FromTicks(Math.Min(wait.Ticks * 3 / 2, Interval.Ticks)) : Interval;
        }
    }
}

/// <summary>What a Resiliency document says of one app or component.</summary>
internal sealed record Target(RetryPolicy Retry, TimeSpan? Timeout)
{
    public static Target None { get; } = new(RetryPolicy.None, null);
}
