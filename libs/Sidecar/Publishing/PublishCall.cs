using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Sidecar.Calls;

namespace Moodstream.Sidecar.Publishing;

/// <summary>
/// Sends the entries of one call until each has a result: what the broker did not take is sent again alone, a call
/// that is refused as a whole is halved until the entry that does not fit stands alone.
/// </summary>
internal sealed class PublishCall(
    SidecarClient client, SidecarOptions options, TimeProvider time, string topic, PublishResult[] results)
{
    private readonly string _path =
        $"/v1.0/publish/bulk/{SidecarCall.Segment(options.PubSub)}/{SidecarCall.Segment(topic)}";

    /// <summary>Whether the sidecar let the time of a call pass; another call would wait as long.</summary>
    public bool GotNoAnswer { get; private set; }

    /// <summary>Sends entries, 1 or more, within the time limit of the options.</summary>
    public Task SendAsync(IReadOnlyList<PublishEntry> entries, CancellationToken cancellationToken) =>
        SendAsync(entries, time.GetTimestamp(), cancellationToken);

    private async Task SendAsync(IReadOnlyList<PublishEntry> entries, long started, CancellationToken cancellationToken)
    {
        var pause = options.PublishPause;
        for (var attempt = 1; ; attempt++)
        {
            var answer = await CallAsync(entries, started, cancellationToken);
            var failed = Settle(entries, answer);
            if (answer.Verdict is PublishVerdict.Unfit && entries.Count > 1)
            {
                var half = entries.Count / 2;
                await SendAsync([.. entries.Take(half)], started, cancellationToken);
                await SendAsync([.. entries.Skip(half)], started, cancellationToken);
                return;
            }

            var isWorthwhile = answer.Verdict is PublishVerdict.Partly or PublishVerdict.Trouble;
            if (failed.Count == 0 || !isWorthwhile || GotNoAnswer || attempt == options.PublishAttempts
                || Left(started) <= pause)
            {
                return;
            }

            await Task.Delay(pause, time, cancellationToken);
            pause *= 2;
            entries = failed;
        }
    }

    private async Task<PublishAnswer> CallAsync(
        IReadOnlyList<PublishEntry> entries, long started, CancellationToken cancellationToken)
    {
        if (Left(started) is var left && left <= TimeSpan.Zero)
        {
            return new PublishAnswer(
                PublishVerdict.Trouble, $"not sent: its time of {options.PublishTimeout} was over");
        }

        try
        {
            return PublishAnswer.Read(await client.SendAsync(
                new SidecarCall
                {
                    Method = HttpMethod.Post,
                    Path = _path,
                    Body = PublishEntry.Body(entries),
                    Limit = left,
                },
                cancellationToken));
        }
        catch (SidecarException exception)
        {
            GotNoAnswer |= exception.Failure is SidecarFailure.NoAnswer;
            return new PublishAnswer(PublishVerdict.Trouble, exception.Message);
        }
    }

    /// <summary>Notes the result of each entry.</summary>
    /// <returns>The entries that were not taken.</returns>
    private List<PublishEntry> Settle(IReadOnlyList<PublishEntry> entries, PublishAnswer answer)
    {
        var failed = new List<PublishEntry>();
        foreach (var entry in entries)
        {
            var error = answer.Failed is null ? answer.Error : answer.Failed.GetValueOrDefault(entry.Index);
            results[entry.Index] = results[entry.Index] with { Error = error };
            if (error is not null)
            {
                failed.Add(entry);
            }
        }

        return failed;
    }

    private TimeSpan Left(long started) => options.PublishTimeout - time.GetElapsedTime(started);
}
