using System.Collections.Concurrent;
using Moodstream.Bench.Rounds;

namespace Moodstream.Bench.Serve;

/// <summary>Two ways to load a server.</summary>
internal static class Load
{
    /// <summary>Closed loop: so many callers, each of which asks again as soon as it is answered.</summary>
    /// <param name="client">Asks.</param>
    /// <param name="work">All requests.</param>
    /// <param name="callers">Callers at once.</param>
    /// <param name="clock">Times all and each.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The whole, and the seconds of each request.</returns>
    public static async Task<(Measurement All, IReadOnlyList<double> Seconds)> ClosedAsync(
        ServeClient client, IReadOnlyList<ServeWork> work, int callers, TimeProvider clock, CancellationToken cancellationToken)
    {
        var queue = new ConcurrentQueue<ServeWork>(work);
        var seconds = new ConcurrentBag<double>();
        var start = clock.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(
            async () =>
            {
                while (queue.TryDequeue(out var next))
                {
                    var asked = clock.GetTimestamp();
                    await client.AskAndCheckAsync(next, cancellationToken);
                    seconds.Add(clock.GetElapsedTime(asked).TotalSeconds);
                }
            },
            cancellationToken)));
        return (new Measurement(work.Sum(w => w.Posts), clock.GetElapsedTime(start).TotalSeconds), [.. seconds]);
    }

    /// <summary>Open loop: requests leave by schedule, whether or not those before are answered; time counts from the schedule.</summary>
    /// <param name="client">Asks.</param>
    /// <param name="work">All requests.</param>
    /// <param name="rate">Requests a second, evenly spaced.</param>
    /// <param name="clock">Times each.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The seconds of each request.</returns>
    public static async Task<IReadOnlyList<double>> OpenAsync(
        ServeClient client, IReadOnlyList<ServeWork> work, double rate, TimeProvider clock, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        var calls = new List<Task<double>>(work.Count);
        for (var i = 0; i < work.Count; i++)
        {
            var due = TimeSpan.FromSeconds(i / rate);
            var early = due - clock.GetElapsedTime(start);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, clock, cancellationToken);
            }

            calls.Add(AskAsync(work[i], due));
        }

        return await Task.WhenAll(calls);

        async Task<double> AskAsync(ServeWork next, TimeSpan due)
        {
            await client.AskAndCheckAsync(next, cancellationToken);
            return (clock.GetElapsedTime(start) - due).TotalSeconds;
        }
    }
}
