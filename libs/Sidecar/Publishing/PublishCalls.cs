using Moodstream.Sidecar.Calls;

namespace Moodstream.Sidecar.Publishing;

/// <summary>
/// Sends the entries of one call until each has a result: what the broker did not take is sent again alone, a call
/// that is refused as a whole is halved until the entry that does not fit stands alone.
/// </summary>
internal sealed class PublishCalls(SidecarClient client, SidecarOptions options, TimeProvider time)
{
    private readonly string _path = $"/v1.0/publish/bulk/{SidecarCall.Segment(options.PubSub)}/";

    /// <summary>Sends entries, 1 or more, within the time limit of the options; each holds its error afterwards.</summary>
    public Task SendAsync(string topic, IReadOnlyList<PublishEntry> entries) =>
        SendAsync(_path + SidecarCall.Segment(topic), entries, time.GetTimestamp());

    private async Task SendAsync(string path, IReadOnlyList<PublishEntry> entries, long started)
    {
        var pause = options.PublishPause;
        for (var attempt = 1; ; attempt++)
        {
            var (answer, isAnswered) = await CallAsync(path, entries, started);
            var failed = Note(entries, answer);
            if (answer.Verdict is PublishVerdict.Unfit && entries.Count > 1)
            {
                var half = entries.Count / 2;
                await SendAsync(path, [.. entries.Take(half)], started);
                await SendAsync(path, [.. entries.Skip(half)], started);
                return;
            }

            var isWorthwhile = answer.Verdict is PublishVerdict.Partly or PublishVerdict.Trouble;
            if (failed.Count == 0 || !isWorthwhile || !isAnswered || attempt == options.PublishAttempts
                || Left(started) <= pause)
            {
                return;
            }

            await Task.Delay(pause, time, CancellationToken.None);
            pause *= 2;
            entries = failed;
        }
    }

    private async Task<(PublishAnswer Answer, bool IsAnswered)> CallAsync(
        string path, IReadOnlyList<PublishEntry> entries, long started)
    {
        if (Left(started) is var left && left <= TimeSpan.Zero)
        {
            return (
                new PublishAnswer(PublishVerdict.Trouble, $"not sent: its time of {options.PublishTimeout} was over"),
                false);
        }

        try
        {
            var call = new SidecarCall
            {
                Method = HttpMethod.Post,
                Path = path,
                Body = PublishEntry.Body(entries),
                Limit = left,
            };
            var reply = await client.SendAsync(call, CancellationToken.None);
            return (PublishAnswer.Read(reply, entries.Select(e => e.Id).ToHashSet()), true);
        }
        catch (SidecarException exception)
        {
            return (
                new PublishAnswer(PublishVerdict.Trouble, exception.Message),
                exception.Failure is not SidecarFailure.NoAnswer);
        }
    }

    /// <summary>Notes the error of each entry.</summary>
    /// <returns>The entries that were not taken.</returns>
    private static List<PublishEntry> Note(IReadOnlyList<PublishEntry> entries, PublishAnswer answer)
    {
        var failed = new List<PublishEntry>();
        foreach (var entry in entries)
        {
            entry.Error = answer.Failed is null ? answer.Error : answer.Failed.GetValueOrDefault(entry.Id);
            if (entry.Error is not null)
            {
                failed.Add(entry);
            }
        }

        return failed;
    }

    private TimeSpan Left(long started) => options.PublishTimeout - time.GetElapsedTime(started);
}
