using Moodstream.Contracts;

namespace Moodstream.Tests.Cluster;

/// <summary>How the ingestor of a cluster stands, as it says itself on its topic.</summary>
/// <param name="topics">The cluster's topics.</param>
public sealed class IngestWatch(RedisTopics topics)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan UnobtrusivePoll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    /// <summary>Waits for a status that is as wanted.</summary>
    /// <exception cref="TimeoutException">There is none within a few minutes.</exception>
    public Task<IngestStatus> StatusAsync(Func<IngestStatus, bool> wanted) => StatusAsync(wanted, Poll);

    /// <summary>Posts settled a second, from the middle of the source on: processes that have just started are slow.</summary>
    /// <param name="posts">Posts of the source.</param>
    public async Task<double> RateAsync(int posts)
    {
        var first = await StatusAsync(s => s.Settled >= posts / 2, UnobtrusivePoll);
        var last = await StatusAsync(s => s.Settled >= posts, UnobtrusivePoll);
        return (last.Settled - first.Settled) / (last.At - first.At).TotalSeconds;
    }

    private async Task<IngestStatus> StatusAsync(Func<IngestStatus, bool> wanted, TimeSpan poll)
    {
        IngestStatus? last = null;
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Limit)
        {
            last = await topics.LastAsync(Topics.IngestStatus, ContractsJson.Wire.IngestStatus);
            if (last is not null && wanted(last))
            {
                return last;
            }

            await Task.Delay(poll, TimeProvider.System);
        }

        throw new TimeoutException($"no such status within {Limit}; the last was {last}");
    }
}
