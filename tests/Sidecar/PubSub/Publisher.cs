using Moodstream.Tests.Sidecar.Redis;
using Moodstream.Tests.Sidecar.Resources;

namespace Moodstream.Tests.Sidecar.PubSub;

/// <summary>One entry of a bulk publish, ready to store; metadata null: no such field.</summary>
internal sealed record BulkEntry(string EntryId, byte[] Data, IReadOnlyDictionary<string, string>? Metadata);

/// <summary>Publishing through the component's outbound policy: the app's calls and dead letters alike (Dapr's contract, 2.4).</summary>
internal sealed class Publisher(SidecarResources resources, IReadOnlyDictionary<string, RedisStreams> components)
{
    private const int AtOnce = 100;

    /// <summary>Gives null, or why it was not stored.</summary>
    public Task<Exception?> PublishAsync(string pubSub, string topic, byte[] data, IReadOnlyDictionary<string, string>? metadata) =>
        resources.TargetOf(pubSub, "outbound").Retry.RunAsync(() => OnceAsync(pubSub, topic, data, metadata), CancellationToken.None);

    /// <summary>Stores the entries, a hundred at once; only failed ones are tried again. Gives those that failed in the end.</summary>
    public async Task<List<(string EntryId, string Error)>> PublishAllAsync(string pubSub, string topic, IReadOnlyList<BulkEntry> entries)
    {
        List<(BulkEntry Entry, string Error)> failed = [.. entries.Select(e => (e, ""))];
        await resources.TargetOf(pubSub, "outbound").Retry.RunAsync(async () =>
        {
            List<(BulkEntry Entry, string Error)> again = [];
            foreach (var some in failed.Select(f => f.Entry).Chunk(AtOnce))
            {
                var problems = await AllOnceAsync(pubSub, topic, some);
                again.AddRange(some.Zip(problems).Where(p => p.Second is not null).Select(p => (p.First, p.Second!.Message)));
            }

            failed = again;
            return failed.Count == 0 ? null : new DeliveryException(failed[0].Error);
        }, CancellationToken.None);
        return [.. failed.Select(f => (f.Entry.EntryId, f.Error))];
    }

    private async Task<Exception?[]> AllOnceAsync(string pubSub, string topic, IReadOnlyList<BulkEntry> entries)
    {
        try
        {
            var refused = await components[pubSub].PublishAsync(topic, entries);
            return [.. refused.Select(r => r is null ? null : Failure(r))];
        }
        catch (Exception problem) when (problem is RedisUnreachableException or RedisRefusedException or TimeoutException or OperationCanceledException)
        {
            // One by one, with the retries of each.
            return await Task.WhenAll(entries.Select(e => OnceAsync(pubSub, topic, e.Data, e.Metadata)));
        }
    }

    private async Task<Exception?> OnceAsync(string pubSub, string topic, byte[] data, IReadOnlyDictionary<string, string>? metadata)
    {
        try
        {
            await components[pubSub].PublishAsync(topic, data, metadata);
            return null;
        }
        catch (Exception problem) when (problem is RedisUnreachableException or RedisRefusedException or OperationCanceledException)
        {
            return Failure(problem);
        }
    }

    private static DeliveryException Failure(Exception problem) => new($"redis streams: error from publish: {problem.Message}");
}
