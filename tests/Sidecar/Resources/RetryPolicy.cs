namespace Moodstream.Tests.Sidecar.Resources;

/// <summary>When and how often something is tried again: the constant policy (Dapr's contract, 7.1).</summary>
/// <param name="Interval">The wait before each try.</param>
/// <param name="MaxRetries">Tries after the first; -1: without end.</param>
/// <param name="GrpcCodes">Codes of gRPC that are tried again; null: all failures.</param>
internal sealed record RetryPolicy(TimeSpan Interval, int MaxRetries, IReadOnlySet<int>? GrpcCodes)
{
    public static RetryPolicy None { get; } = new(TimeSpan.Zero, 0, null);

    /// <summary>Runs an attempt until it succeeds, the policy ends, or the token is cancelled; gives the last outcome.</summary>
    /// <param name="attempt">Gives null for success, else why not.</param>
    /// <param name="cancellationToken">Ends the waiting between attempts; a running attempt is left alone.</param>
    public async Task<Exception?> RunAsync(Func<Task<Exception?>> attempt, CancellationToken cancellationToken)
    {
        for (var retries = 0; ; retries++)
        {
            var problem = await attempt();
            if (problem is null || retries == MaxRetries)
            {
                return problem;
            }

            await Task.Delay(Interval, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
            {
                return problem;
            }
        }
    }
}

/// <summary>What a Resiliency document says of one app or component.</summary>
internal sealed record Target(RetryPolicy Retry, TimeSpan? Timeout)
{
    public static Target None { get; } = new(RetryPolicy.None, null);
}
